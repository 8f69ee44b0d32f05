# The commands of this project. Each sets up what it needs first and does nothing where that is already done.
#
#   make run [PORT=8000] [BACKEND=http://host:port] [ARGS="…"]   serve the page, with its own backend or a real one
#   make test [TESTS=tests/unit] [ARGS="-k name"] [WORKERS=3]    all tests, a real browser included
#   make check                                                   formatting, lint, types, directions of import
#   make faults [ARGS="-k half"]                                 every way the world can break, against the real page
#   make requirements                                            which tests show which requirement; fails on a gap
#   make screenshots                                             docs/screenshots/*.png
#   make bench [WORKLOAD=burst] [ROUNDS=3] [SHORT=1]             the page beside the same monitor in React
#   make simulate [CLIENTS=100000]                               what many pages do to a backend
#   make soak [HOURS=24] [SEED=1]                                a simulated day of load and faults
#   make soak MINUTES=30 [SEED=1]                                the same for real, in three windows of a browser
#   make fuzz [SECONDS=120] [SEED=1]                             whatever the host's API can be sent, and then its lists
#   make browsers                                                the page in Firefox and in Safari's engine
#   make boot [ROUNDS=3]                                         how long the page takes to open, beside others
#   make site [OUT=dist]                                          the page as a folder to deploy
#   make contract BACKEND=http://host:port USER=name            what a backend has of docs/contract.md
#   make deploy-test                                              deploy/nginx.conf and deploy/Caddyfile, run and walked
#   make sbom [OUT=sbom.json]                                     what it is made of, as CycloneDX
#   make leaks                                                   what thousands of cycles leave behind in the page
#   make snapshot [ARGS=--again]                                 the memory snapshot that the page boots from
#   make hot-functions                                           what of the interpreter pages run (for maintainers)
#   make mutants [ARGS=sync]                                     how much of the core the tests would miss if it changed
#   make lock                                                    re-make the lock files (needs uv; for maintainers)

PORT ?= 8000
BACKEND ?=
ARGS ?=
OUT ?=
TESTS ?= tests
# On two processors: a page that boots keeps one busy, one that waits for the work on its host none.
WORKERS ?= 3

# The first Python on this machine that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
SETUP = @test -n "$(PYTHON)" || { echo "podi: Python 3.11 or newer is needed and was not found: install it \
	(Debian: apt-get install python3 python3-venv; macOS: brew install python; or python.org), or pass PYTHON=…" >&2; \
	exit 1; }; $(PYTHON) -m tools.setup

# A file's tests share what it took long to start, and files go to the workers in the order of tests/conftest.py.
SIDE_BY_SIDE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: hot-functions contract deploy-test fuzz sbom site browsers boot faults leaks soak mutants snapshot help setup run test check \
	format requirements screenshots bench simulate lock clean

help:
	@sed -n 's/^#   //p' Makefile

setup:
	$(SETUP) test

run:
	$(SETUP) run && exec .venv/bin/python -m devserver --port "$(PORT)" $(if $(BACKEND),--backend "$(BACKEND)") $(ARGS)

test:
	$(SETUP) test && exec .venv/bin/python -m pytest $(SIDE_BY_SIDE) $(TESTS) $(ARGS)

faults:
	$(SETUP) test && exec .venv/bin/python -m pytest tests/faults -qq -o timeout=300 $(ARGS)

fuzz:
	$(SETUP) test && exec .venv/bin/python -m bench.fuzz $(if $(SECONDS),--seconds "$(SECONDS)") \
		$(if $(SEED),--seed "$(SEED)") $(ARGS)

check:
	$(SETUP) check
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format:
	$(SETUP) check
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

requirements:
	$(SETUP) check && exec .venv/bin/python -m tools.requirements_table

screenshots:
	$(SETUP) test && exec .venv/bin/python -m tools.screenshots $(ARGS)

bench:
	$(SETUP) test && exec .venv/bin/python -m bench $(if $(WORKLOAD),--workload "$(WORKLOAD)") \
		$(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(SHORT),--short) $(ARGS)

simulate:
	$(SETUP) check && exec .venv/bin/python -m bench.simulate $(if $(CLIENTS),--clients "$(CLIENTS)") $(ARGS)

soak:
	$(SETUP) test && exec .venv/bin/python -m bench.soak $(if $(HOURS),--hours "$(HOURS)") \
		$(if $(MINUTES),--minutes "$(MINUTES)") $(if $(SEED),--seed "$(SEED)") $(ARGS)

hot-functions:
	$(SETUP) test && exec .venv/bin/python -m tools.find_hot_functions

mutants:
	$(SETUP) test && exec .venv/bin/python -m tools.mutants $(ARGS)

browsers:
	$(SETUP) test
	@for need in firefox-esr WebKitWebDriver xvfb-run; do command -v $$need >/dev/null || { \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		firefox-esr webkit2gtk-driver xvfb xauth; break; }; done
	exec env ENGINES=1 .venv/bin/python -m pytest tests/boot/test_engines.py $(ARGS)

boot:
	$(SETUP) test && exec .venv/bin/python -m bench.boot $(if $(ROUNDS),--rounds "$(ROUNDS)") $(ARGS)

site:
	$(SETUP) run && exec .venv/bin/python -m tools.site "$(or $(OUT),dist)" $(ARGS)

# USER is also a variable of every shell's, which is not who is meant.
contract:
	$(SETUP) run && exec .venv/bin/python -m contract "$(BACKEND)" \
		$(if $(filter command line,$(origin USER)),--user "$(USER)")

# A server that a package starts when it is installed is stopped again: the tests start their own, on free ports.
# Every system's packages have nginx; where it is missing all the same, nothing was tested.
deploy-test:
	$(SETUP) test
	@for need in "nginx nginx libnginx-mod-http-brotli-static" "caddy caddy" "openssl openssl"; do \
		set -- $$need; program=$$1; shift; command -v "$$program" >/dev/null && continue; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" && \
		{ systemctl disable --quiet --now "$$program" 2>/dev/null || true; }; } >/dev/null 2>&1 || \
		echo "podi: $$program is not here and apt-get could not install it: what needs it is not tested" >&2; done
	exec env DEPLOY_NEEDS=nginx .venv/bin/python -m pytest tests/deploy -o timeout=600 $(ARGS)

sbom:
	$(SETUP) check
	$(SETUP) run && exec .venv/bin/python -m tools.sbom "$(or $(OUT),sbom.json)"

leaks:
	$(SETUP) test && exec env LEAKS=1 .venv/bin/python -m pytest tests/leaks $(ARGS)

snapshot:
	$(SETUP) check && exec .venv/bin/python -m tools.snapshot $(ARGS)

lock:
	@$(PYTHON) -m tools.lock

clean:
	rm -rf .venv node_modules static/vendor static/vendor.* .setup.*.lock .twins .bytecode
