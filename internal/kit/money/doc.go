// Package money counts in whole minor units and never in floating point.
//
// An amount is an int64 of minor units beside its Currency: 1050 PHP is ten and a half pesos, 150000 IDR is a hundred
// and fifty thousand rupiah. How many digits a currency has is a table here; the rupiah has none, since nobody can pay
// a sen, though ISO 4217 gives it two.
//
// What a client sends is a Decimal, exact, turned into minor units once, at the edge. What a client receives is a
// Number or a Text, as the endpoint's documents show it: the same amount as a JSON number (86.4) or as a string with
// its fraction written out ("175000.00"). Format is for people to read. A Rate is a fee or a tax, exact to the
// millionth; half a unit rounds away from zero everywhere.
package money

import "errors"

var (
	// ErrCurrency reports a text that is not the code of a currency in use.
	ErrCurrency = errors.New("money: not a currency code of ISO 4217")
	// ErrSyntax reports a text that is not a decimal number.
	ErrSyntax = errors.New("money: not a decimal number")
	// ErrRange reports a number with too many digits to be an amount.
	ErrRange = errors.New("money: number out of range")
	// ErrNegative reports an amount below zero where none may be.
	ErrNegative = errors.New("money: amount below zero")
)
