# Every target finds a JDK 25 by itself. UPSTREAM=https://host/mcp is for `make run`.
.PHONY: help fmt check test run package clean docs conformance
RUNS ?= 1

MVN = JAVA_HOME=$$(sh .mvn/find-jdk.sh jdk) && export JAVA_HOME && mvn --batch-mode --no-transfer-progress
# not --quiet: it hides the very warnings that -Werror counts
SHORT = -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
QUICK = -DskipTests -Dspotless.check.skip -Dcheckstyle.skip -Djacoco.skip
UPSTREAM ?=

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

run: package ## build and start Sidekey before UPSTREAM, or with its demo when there is none
	@exec ./sidekey $(if $(strip $(UPSTREAM)),serve "$(strip $(UPSTREAM))",demo)

check: ## the fast part: formatter, compiler checks, sizes, unit and import-rule tests, coverage floor
	@$(MVN) verify

test: ## all there is, as in CI: check, and the integration tests against real servers
	@$(MVN) verify -Pit

fmt: ## write the sources in the format that check wants
	@$(MVN) $(SHORT) spotless:apply

package: ## target/sidekey.jar and target/lib, what ./sidekey runs
	@echo "Building Sidekey (the first build also downloads its libraries) ..." >&2
	@$(MVN) $(SHORT) package $(QUICK)

docs: ## write docs/{configuration,commands,metrics,provider-profiles}.md and the schema from what is loaded
	@$(MVN) $(SHORT) test $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest,CommandReferenceTest,MetricsReferenceTest,ProfileReferenceTest -Dsidekey.docs=write

conformance: package ## the official suite through Sidekey, RUNS times in a row
	@for run in $$(seq $(RUNS)); do \
		$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=ConformanceIT || exit 1; \
		grep -h '^## ' docs/conformance.md; \
	done

clean: ## remove what was built
	@rm -rf target
