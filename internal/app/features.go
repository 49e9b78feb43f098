package app

// features builds every feature in the order of imports, registers its endpoints
// and plugs in what an earlier one asks of a later one. It must not use the
// database: Describe has none.
func (a *App) features() error {
	return nil
}
