# "make" alone lists what there is to make.

GENERATED := api/openapi.yaml docs/errors.md docs/permissions.md docs/config.md docs/schema.sql
REDOC     := internal/api/docsui/assets/redoc.standalone.js

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(if $(RESERVA_DATABASE_URL),,postgres) ## start a server on this machine with its own database; Ctrl-C stops it
	go run ./cmd/reserva

.PHONY: test
test: postgres ## run all tests, on real databases of their own
	go test ./...

.PHONY: race
race: postgres ## run the tests of what is contended under the race detector
	go test -race ./internal/storm/... ./internal/calendar/... ./internal/billing/ledger/... ./internal/kit/db/... ./internal/kit/ratelimit/... ./internal/kit/token/... ./internal/people/logins/... ./internal/people/signin/...

# A failure prints the seed that repeats it.
SEED    ?= $(shell date +%s)
DIARIES ?= 10000
DAYS    ?= 365
LIVES   ?= 2000

.PHONY: prove
prove: postgres ## prove the scheduling engine over 10,000 diaries and a year, and 2,000 lives of money; SEED, DIARIES, DAYS and LIVES change what is drawn
	go test -count=1 -timeout 12h -parallel 4 -v ./internal/proof -seed $(SEED) -diaries $(DIARIES) -days $(DAYS) -lives $(LIVES) -every

.PHONY: bench
bench: postgres ## measure bookings and reads per second
	go run ./cmd/reserva bench

.PHONY: check
check: format ## everything that must hold before a commit, except the tests
	go vet ./...
	go mod tidy -diff
	go mod verify
	go tool -modfile=tools/go.mod staticcheck ./...
	$(MAKE) --no-print-directory fresh

.PHONY: gen
gen: postgres ## write the generated files anew: the OpenAPI document and the reference pages
	go run ./cmd/reserva gen

.PHONY: assets
assets: $(REDOC) ## fetch Redoc with npm, for a build that needs no CDN

.PHONY: build
build: ## build bin/reserva
	go build -trimpath -o bin/reserva ./cmd/reserva

.PHONY: clean
clean: ## remove what was built and fetched
	rm -rf bin assets/redoc/node_modules $(REDOC) $(REDOC).LICENSE.txt

.PHONY: postgres
postgres:
	@scripts/ensure-postgres

.PHONY: format
format:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt's format:"; echo "$$unformatted"; exit 1; }

# A generated file that git does not know yet is stale too.
.PHONY: fresh
fresh: gen
	git diff --exit-code -- $(GENERATED)
	git ls-files --error-unmatch $(GENERATED) >/dev/null

$(REDOC): assets/redoc/package-lock.json
	npm ci --prefix assets/redoc
	cp assets/redoc/node_modules/redoc/bundles/redoc.standalone.js.LICENSE.txt $(REDOC).LICENSE.txt
	cp assets/redoc/node_modules/redoc/bundles/redoc.standalone.js $(REDOC)
	rm -rf assets/redoc/node_modules
