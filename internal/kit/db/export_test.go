package db

// Expecting is the statement that Expect sends.
var Expecting = expecting
