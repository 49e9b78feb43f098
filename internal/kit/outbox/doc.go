// Package outbox is how the product writes to people: e-mails and short messages
// that are stored by the transaction that causes them, and sent after it commits.
//
//	outbox.Queue(tx, outbox.Message{
//		Channel: outbox.Email, To: customer.Email, Subject: "Your code", Text: text,
//		Reference: "verify-email:" + string(codeID),
//	})
//
// So a change that is rolled back tells nobody, and one that commits tells its
// message even if the server dies the next moment. The Reference names the cause:
// the same cause is told once, however often its job runs. Between the gateway's
// yes and our note of it lies a moment in which a crash makes a message go out
// twice; nothing can close that gap, and twice is better than never.
//
// What is said only for a time, such as a reminder, says until when: Until.
//
// A message that has gone out, or never will, keeps its row without its text,
// which may hold a code or a link that opens something. Where no gateway is
// configured for a channel, messages stay as they are, and Page shows them: that
// is the mailbox of development and of tests.
package outbox
