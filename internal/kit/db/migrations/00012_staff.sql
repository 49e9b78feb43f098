-- A staff member may be linked to a user of the staff portal, who then keeps the
-- calendar and the profile. A user is one staff member of a tenant at most.

-- +goose Up
CREATE UNIQUE INDEX staff_user ON staff (tenant_id, user_id) WHERE deleted_at IS NULL AND user_id IS NOT NULL;
