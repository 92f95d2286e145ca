# Every target is one line here; what it does stands in scripts/.
# HOST=spin runs the application on Spin instead of our own host (both read the same spin.toml).
HOST ?= host
export HOST

.DEFAULT_GOAL := help
.PHONY: help setup build up test bench fuzz

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

setup: ## Install what is missing to build and test (Wasm target, browser, cargo-deny)
	@scripts/setup test

build: ## Build the components and the native programs, and print each component's size
	@scripts/setup build && scripts/build

up: ## Build and start the application with a simulated Confluence site
	@scripts/setup build && scripts/build && scripts/up

test: ## Run everything: format, lints, unit tests, stories on the real components, browser, dependencies
	@scripts/setup test && scripts/test

bench: ## Measure; prints tables and writes target/bench/NAME.json
	@scripts/setup build && scripts/build && scripts/bench

fuzz: ## Feed the converter inputs that a fuzzer makes up, 60 s for each format
	@scripts/fuzz
