package money

// Sign is how prices in a currency are marked where it is used, such as "Rp" or "₱"; its code where no mark is common
// or the mark would be taken for another currency's.
func Sign(c Currency) string {
	if sign, ok := signs[c]; ok {
		return sign
	}
	return string(c)
}

// signs are the marks. Dollars other than the American one carry their country.
var signs = map[Currency]string{
	"AUD": "A$", "AZN": "₼", "BDT": "৳", "BND": "B$", "BRL": "R$", "CAD": "C$", "CHF": "CHF", "CNY": "CN¥", "CRC": "₡", "CZK": "Kč", "EUR": "€",
	"GBP": "£", "GEL": "₾", "GHS": "GH₵", "HKD": "HK$", "HUF": "Ft", "IDR": "Rp", "ILS": "₪", "INR": "₹", "JPY": "¥", "KHR": "៛",
	"KRW": "₩", "KZT": "₸", "LAK": "₭", "MNT": "₮", "MXN": "MX$", "MYR": "RM", "NGN": "₦", "NZD": "NZ$", "PEN": "S/", "PHP": "₱",
	"PLN": "zł", "PYG": "₲", "RUB": "₽", "SGD": "S$", "THB": "฿", "TRY": "₺", "TWD": "NT$", "UAH": "₴", "USD": "$", "VND": "₫",
	"ZAR": "R",
}
