-- An occupancy that moves from one session to another uncovers the first: the
-- guard looks at the row as it was and as it is.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION reserva.require_covered(the_tenant text, the_session text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
       SELECT 1
       FROM sessions s CROSS JOIN LATERAL unnest(s.subject_keys) AS k (key)
       WHERE s.tenant_id = the_tenant AND s.id = the_session
         AND NOT s.busy <@ coalesce((
           SELECT range_agg(tstzrange(o.busy_from, o.busy_to))
           FROM occupancies o
           WHERE o.tenant_id = the_tenant AND o.session_id = the_session AND o.subject_key = k.key), '{}'::tstzmultirange))
     AND EXISTS (
       SELECT 1 FROM appointment_lines l
       WHERE l.tenant_id = the_tenant AND l.session_id = the_session AND l.seat IS NOT NULL) THEN
    RAISE EXCEPTION 'session % has seats but its occupancies do not cover it', the_session
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION reserva.check_covered() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.session_id IS NOT NULL THEN
    PERFORM reserva.require_covered(NEW.tenant_id, NEW.session_id);
  END IF;
  IF TG_OP = 'DELETE'
     OR TG_OP = 'UPDATE' AND (OLD.tenant_id, OLD.session_id) IS DISTINCT FROM (NEW.tenant_id, NEW.session_id) THEN
    PERFORM reserva.require_covered(OLD.tenant_id, OLD.session_id);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
