package appointments

import "reserva/internal/kit/money"

// Tax is what a tax on the whole price comes to: service by service and rounded half up,
// as for the lines of an invoice; at once where the price is not the sum of the services.
func (a Appointment) Tax(rate money.Rate) (int64, error) {
	tax, price := int64(0), int64(0)
	for _, s := range a.Services {
		part, err := money.Fee(s.Price.Minor, rate)
		if err != nil {
			return 0, err
		}
		tax, price = tax+part, price+s.Price.Minor
	}
	if price != a.TotalPrice.Minor {
		return money.Fee(a.TotalPrice.Minor, rate)
	}
	return tax, nil
}
