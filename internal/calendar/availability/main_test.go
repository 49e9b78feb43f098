package availability_test

import (
	"testing"

	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
