package services

import (
	"maps"
	"slices"
	"strings"
	"time"

	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// check brings texts into their stored form and refuses what cannot be null.
func (c *Change) check() error {
	for _, f := range []struct {
		path  string
		value *opt.Field[string]
		empty bool
	}{{"name", &c.Name, false}, {"slug", &c.Slug, false}, {"category", &c.Category, true}} {
		if !f.value.Set {
			continue
		}
		line, err := text.Line(f.value.Value)
		switch {
		case err != nil:
			return fault.InvalidField(f.path, "must be one line")
		case line == "" && !f.empty:
			return fault.InvalidField(f.path, "cannot be empty")
		}
		f.value.Value = line
	}
	if c.Slug.Set {
		if c.Slug.Value = strings.ToLower(c.Slug.Value); !text.IsSlug(c.Slug.Value, maxSlug) {
			return fault.InvalidField("slug", "must be letters and digits with single hyphens between")
		}
	}
	if typed := c.Category.Value; typed != "" {
		if c.Category.Value = tenants.Category(typed); c.Category.Value == "" {
			return fault.InvalidField("category", "must have a letter or a digit")
		}
	}
	c.Description.Value = strings.TrimSpace(c.Description.Value)
	image, err := tenants.CleanWebsite("image_url", c.ImageURL.Value)
	if err != nil {
		return err
	}
	c.ImageURL.Value = image
	if c.Duration.Null {
		return fault.InvalidField("duration_minutes", "cannot be null")
	}
	if c.Pricing.BasePrice.Null {
		return fault.InvalidField("pricing.base_price", "cannot be null")
	}
	for _, part := range []struct {
		name  string
		value opt.Field[outlets.PricePart]
	}{{"prepayment", c.Prepayment}, {"no_show_fee", c.NoShowFee}, {"late_cancellation_fee", c.LateCancellationFee}} {
		if value, ok := part.value.Get(); ok {
			if err := value.Check(part.name); err != nil {
				return err
			}
		}
	}
	return c.checkTags()
}

func (c *Change) checkTags() error {
	tags := []string{}
	for _, raw := range c.Tags.Value {
		tag, err := text.Line(raw)
		if err != nil || tag == "" || text.Length(tag) > 50 {
			return fault.InvalidField("tags", "must be single lines of 1 to 50 characters")
		}
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	c.Tags.Value = tags
	return nil
}

// apply returns the service with the changes, held to the rules.
func (c *Change) apply(r record) (record, error) {
	c.Name.Apply(&r.Name)
	c.Slug.Apply(&r.Slug)
	c.Description.Apply(&r.Description)
	c.Category.Apply(&r.Category)
	c.Tags.Apply(&r.Tags)
	if c.ImageURL.Set {
		r.ImageURL = nil
		if address := c.ImageURL.Value; address != "" {
			r.ImageURL = &address
		}
	}
	if c.OutletIDs.Set {
		r.OutletIDs = distinct(c.OutletIDs.Value)
	}
	c.Prepayment.ApplyPtr(&r.Terms.Prepayment)
	c.NoShowFee.ApplyPtr(&r.Terms.NoShowFee)
	c.LateCancellationFee.ApplyPtr(&r.Terms.LateCancellationFee)
	c.applyTiming(&r.Timing)
	c.applyBooking(&r.Booking)
	status, err := settle(r.Status, c.Status.Ptr(), c.IsActive.Ptr())
	if err != nil {
		return r, err
	}
	r.Status = status
	if err := r.Timing.check(); err != nil {
		return r, err
	}
	if err := r.Booking.check(); err != nil {
		return r, err
	}
	r.prices, err = c.Pricing.apply(r.prices)
	return r, err
}

func (c *Change) applyTiming(t *Timing) {
	c.Duration.Apply(&t.Duration)
	c.Preparation.Apply(&t.Preparation)
	c.Cleanup.Apply(&t.Cleanup)
	if c.ProcessingGaps.Set {
		t.ProcessingGaps = append([]Gap{}, c.ProcessingGaps.Value...)
		slices.SortFunc(t.ProcessingGaps, func(a, b Gap) int { return a.From - b.From })
	}
}

func (c *Change) applyBooking(b *Booking) {
	standard := standardBooking()
	change(&b.MaxAdvanceDays, c.MaxAdvanceDays, standard.MaxAdvanceDays)
	change(&b.MinAdvanceHours, c.MinAdvanceHours, standard.MinAdvanceHours)
	change(&b.RequiresStaff, c.RequiresStaff, standard.RequiresStaff)
	change(&b.StaffCount, c.StaffCount, standard.StaffCount)
	change(&b.AllowParallel, c.AllowParallel, standard.AllowParallel)
	change(&b.MaxParallel, c.MaxParallel, standard.MaxParallel)
	if c.Resources.Set {
		b.Resources = append([]ResourceNeed{}, c.Resources.Value...)
	}
}

func change[T any](target *T, field opt.Field[T], standard T) {
	if field.Set {
		*target = field.Or(standard)
	}
}

// forgetEnded takes away a promotion that is over where the base price alone changes:
// it would otherwise keep the price from falling below it.
func (c PricingChange) forgetEnded(r record, now time.Time) record {
	if c.BasePrice.Set && !c.PromotionalPrice.Set && !c.PromotionalValidUntil.Set && r.ValidUntil != nil && !now.Before(*r.ValidUntil) {
		r.Promotion, r.ValidUntil = nil, nil
	}
	return r
}

// apply returns the prices with the changes, held to the rules.
func (c PricingChange) apply(p prices) (prices, error) {
	p.Outlets = maps.Clone(p.Outlets)
	if code, ok := c.Currency.Get(); ok {
		currency, err := money.ParseCurrency(code)
		if err != nil {
			return p, fault.InvalidField("pricing.currency", "must be a currency of ISO 4217 such as IDR")
		}
		p.convert(currency)
	}
	var err error
	if price, ok := c.BasePrice.Get(); ok {
		if p.Base, err = minor("pricing.base_price", price, p.Currency, 0); err != nil {
			return p, err
		}
	}
	if c.OutletPrices.Set {
		if p.Outlets, err = outletPrices("pricing.outlet_prices", c.OutletPrices.Value, p.Currency); err != nil {
			return p, err
		}
	}
	if c.PromotionalValidUntil.Set {
		p.ValidUntil = nil
		if until, ok := c.PromotionalValidUntil.Get(); ok {
			p.ValidUntil = &until.Time
		}
	}
	if price, ok := c.PromotionalPrice.Get(); ok {
		amount, err := minor("pricing.promotional_price", price, p.Currency, 0)
		if err != nil {
			return p, err
		}
		p.Promotion = &amount
	} else if c.PromotionalPrice.Null {
		p.Promotion, p.ValidUntil = nil, nil
	}
	return p, p.check()
}

// convert gives the prices another currency. Their numbers stay: 150000 is written
// the same in both.
func (p *prices) convert(to money.Currency) {
	if p.Currency == to {
		return
	}
	same := func(minor int64) int64 {
		number, err := money.ParseDecimal(money.Number{Minor: minor, Currency: p.Currency}.String())
		if err != nil {
			return minor
		}
		amount, err := number.Minor(to)
		if err != nil {
			return minor
		}
		return amount
	}
	p.Base = same(p.Base)
	if p.Promotion != nil {
		promotion := same(*p.Promotion)
		p.Promotion = &promotion
	}
	for outlet, price := range p.Outlets {
		p.Outlets[outlet] = max(same(price), 1)
	}
	p.Currency = to
}

func distinct(ids []id.ID) []id.ID {
	out := slices.Clone(ids)
	slices.Sort(out)
	return append([]id.ID{}, slices.Compact(out)...)
}
