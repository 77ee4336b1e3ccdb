# Everything starts here; each line sets up what it needs by itself.
PYTHON ?= python3
BIN = .venv/bin
SETUP = $(PYTHON) -I sip/embedded/bootstrap.py
COMPILE = var/uv/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Every process compiles the whole program anew where the machine's habit forbids keeping it: half of a start.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo demo-reset setup test lint play bench proofs canaries docs translations lock

demo:  ## the whole thing with invented people, on http://localhost:8000 (PORT=… for another)
	@$(SETUP)
	@exec $(BIN)/python -m sip.embedded.demo

demo-reset:  ## empty the demo
	@$(SETUP)
	@exec $(BIN)/python -m sip.embedded.demo --reset

setup:  ## everything for development, in .venv
	@$(SETUP) --dev

test: lint  ## everything, browser included
	$(BIN)/pytest -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

play:  ## play one case in a database of its own: make play CASE=cases/… OUT=folder
	@$(SETUP)
	@exec $(BIN)/python -m sip.embedded.play "$(CASE)" "$(OUT)"

bench:  ## how fast it is, against a floor of the same run: make bench SIZE=100000 ONLY=list,plan
	@$(SETUP)
	@exec $(BIN)/python -m benchmarks "$(SIZE)" "$(ONLY)"

proofs: setup  ## the property-based tests, at length
	$(BIN)/pytest -n 2 -m "hypothesis or proof" --hypothesis-profile=long

N ?= 100000
canaries: setup  ## random people at every address, N times; a marker that comes to the wrong one is a leak
	@$(BIN)/python tests/canary/run.py $(N)

docs:  ## what is printed from the program itself
	$(BIN)/python manage.py print_access > docs/access.md

translations:  ## what families meet, gathered into every language's catalogue (locale/)
	$(BIN)/python manage.py translations

lock:  ## choose versions anew, after editing pyproject.toml
	@rm -f .venv/made-from
	@$(SETUP) --dev
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group setup -o requirements-setup.txt
