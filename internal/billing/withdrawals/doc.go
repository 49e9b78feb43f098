// Package withdrawals shows a merchant what they earned online: how much there is,
// how much of it can be withdrawn, and from what it came.
//
// Earnings become available a while after they were paid; until then they are
// pending. Money taken at the desk is not part of it: the merchant has it.
package withdrawals
