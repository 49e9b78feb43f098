package demo

// spec is what is told of a business; everything else follows from the seed.
type spec struct {
	name, slug, kind, about string
	zone, currency, phone   string
	admin                   [2]string // first and last name
	plan                    string
	upfront                 bool // customers pay online to be confirmed
	places                  []placeSpec
	offers                  []offerSpec
	people                  [][2]string // staff members, dealt out to the places in turn
	customers               int
	accounts                int // how many of them sign in
	firstNames, lastNames   []string
	busy                    float64 // how full a usual day is
	payments                []string
}

type placeSpec struct {
	name, slug, street, city, country string
	opens, closes                     string
	closed                            []int // days of the week, 0 is Monday
}

type offerSpec struct {
	name, slug, category string
	minutes              int
	before, after        int
	gap                  [2]int // minutes in which the staff member is free
	seats                int    // of a class
	days                 []int  // of a class
	at                   string // of a class
	price                string
}

// password of everybody in the demo.
const password = "Demo-Pass-2026"

// businesses are four brands in as many time zones and currencies. Jane's salon is
// the one that the documentation of the guest API speaks of.
func businesses() []spec {
	return []spec{sariAyu(), janesSalon(), bellaVista(), haarwerk()}
}

func sariAyu() spec {
	return spec{
		name: "Sari Ayu Studio", slug: "sari-ayu", kind: "salon", about: "Hair, nails and yoga in South Jakarta.",
		zone: "Asia/Jakarta", currency: "IDR", phone: "+622150812345", admin: [2]string{"Dewi", "Kartika"}, plan: "ENTERPRISE", upfront: true,
		places: []placeSpec{
			{"Senopati", "senopati", "Jl. Senopati 41", "Jakarta", "ID", "09:00", "20:00", nil},
			{"Kemang", "kemang", "Jl. Kemang Raya 8", "Jakarta", "ID", "10:00", "19:00", []int{0}},
		},
		offers: []offerSpec{
			{name: "Haircut", slug: "haircut", category: "hair", minutes: 60, price: "150000"},
			{name: "Colouring", slug: "colouring", category: "hair", minutes: 120, before: 10, after: 10, gap: [2]int{45, 85}, price: "650000"},
			{name: "Creambath", slug: "creambath", category: "hair", minutes: 75, after: 15, price: "180000"},
			{name: "Manicure", slug: "manicure", category: "nails", minutes: 45, price: "95000"},
			{name: "Morning yoga", slug: "morning-yoga", category: "class", minutes: 60, seats: 12, days: []int{1, 3, 5}, at: "10:00", price: "85000"},
		},
		people:    [][2]string{{"Ayu", "Lestari"}, {"Putri", "Wulandari"}, {"Rina", "Hapsari"}, {"Bagus", "Santoso"}},
		customers: 30, accounts: 4, busy: 0.22, payments: []string{"cash", "pos_terminal", "bank_transfer"},
		firstNames: []string{"Siti", "Dian", "Maya", "Intan", "Ratna", "Budi", "Agus", "Nadia", "Wati", "Tika"},
		lastNames:  []string{"Rahma", "Pratiwi", "Utami", "Wijaya", "Saputra", "Anggraini", "Hidayat", "Permata"},
	}
}

func janesSalon() spec {
	return spec{
		name: "Jane's Salon", slug: "janes-salon", kind: "salon", about: "Walk in, or book as a guest.",
		zone: "Asia/Manila", currency: "PHP", phone: "+639161234567", admin: [2]string{"Jane", "Reyes"}, plan: "PRO",
		places: []placeSpec{{"Main branch", "main-branch", "12 Ayala Avenue", "Makati", "PH", "09:00", "19:00", []int{6}}},
		offers: []offerSpec{
			{name: "Haircut", slug: "haircut", category: "haircut", minutes: 45, price: "450"},
			{name: "Rebonding", slug: "rebonding", category: "hair", minutes: 180, after: 15, gap: [2]int{60, 120}, price: "2800"},
			{name: "Foot spa", slug: "foot-spa", category: "spa", minutes: 60, price: "650"},
		},
		people:    [][2]string{{"Grace", "Santos"}, {"Liza", "Cruz"}, {"Mark", "Villanueva"}},
		customers: 20, accounts: 2, busy: 0.25, payments: []string{"cash", "cash", "pos_terminal"},
		firstNames: []string{"Maria", "Jose", "Angel", "Carla", "Paolo", "Bea", "Miguel", "Trisha"},
		lastNames:  []string{"Garcia", "Mendoza", "Torres", "Ramos", "Flores", "Aquino", "Bautista"},
	}
}

func bellaVista() spec {
	return spec{
		name: "Bella Vista Spa", slug: "bella-vista-spa", kind: "spa", about: "Massage and skin care downtown.",
		zone: "America/New_York", currency: "USD", phone: "+12125550143", admin: [2]string{"Ana", "Rossi"}, plan: "PRO",
		places: []placeSpec{{"Downtown", "downtown", "88 Greene Street", "New York", "US", "10:00", "20:00", nil}},
		offers: []offerSpec{
			{name: "Deep tissue massage", slug: "deep-tissue-massage", category: "massage", minutes: 60, before: 5, after: 10, price: "120.00"},
			{name: "Facial", slug: "facial", category: "skin", minutes: 75, after: 15, price: "145.50"},
			{name: "Evening pilates", slug: "evening-pilates", category: "class", minutes: 50, after: 10, seats: 8, days: []int{0, 2}, at: "18:00", price: "32.00"},
		},
		people:    [][2]string{{"Olivia", "Bennett"}, {"Ethan", "Brooks"}, {"Sofia", "Marino"}},
		customers: 20, accounts: 2, busy: 0.2, payments: []string{"pos_terminal", "pos_terminal", "cash"},
		firstNames: []string{"Amelia", "Noah", "Emma", "Liam", "Grace", "Henry", "Chloe", "Lucas"},
		lastNames:  []string{"Hart", "Miller", "Walker", "Cooper", "Reed", "Foster", "Hayes"},
	}
}

func haarwerk() spec {
	return spec{
		name: "Haarwerk", slug: "haarwerk", kind: "salon", about: "Zwei Stühle in Kreuzberg.",
		zone: "Europe/Berlin", currency: "EUR", phone: "+493012345678", admin: [2]string{"Lena", "Vogt"}, plan: "FREE",
		places: []placeSpec{{"Kreuzberg", "kreuzberg", "Oranienstraße 25", "Berlin", "DE", "10:00", "18:00", []int{0, 6}}},
		offers: []offerSpec{
			{name: "Haarschnitt", slug: "haarschnitt", category: "hair", minutes: 45, price: "42.00"},
			{name: "Farbe", slug: "farbe", category: "hair", minutes: 90, after: 10, gap: [2]int{30, 60}, price: "89.50"},
		},
		people:    [][2]string{{"Lena", "Vogt"}, {"Jonas", "Brandt"}},
		customers: 15, accounts: 1, busy: 0.16, payments: []string{"cash", "pos_terminal"},
		firstNames: []string{"Anna", "Felix", "Marie", "Paul", "Clara", "Jürgen", "Nele"},
		lastNames:  []string{"Schäfer", "Krüger", "Wolf", "Neumann", "Lange", "Böhm"},
	}
}
