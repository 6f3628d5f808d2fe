# Every target finds a JDK 25 by itself. UPSTREAM=https://host/mcp is for `make run`.
.PHONY: help fmt check test run package clean docs conformance image bench footprint tunnel hosts fleet replicas jmh chart sbom release
RUNS ?= 1
SECONDS ?= 600
SEED ?=
ROUNDS ?= 3
SLICE ?= 2
ONLY ?=

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
	@$(MVN) verify -Pit,jmh

fmt: ## write the sources in the format that check wants
	@$(MVN) $(SHORT) spotless:apply

package: ## target/sidekey.jar and target/lib, what ./sidekey runs
	@echo "Building Sidekey (the first build also downloads its libraries) ..." >&2
	@$(MVN) $(SHORT) package $(QUICK)

docs: ## write docs/{configuration,commands,metrics,provider-profiles}.md and the schema from what is loaded
	@$(MVN) $(SHORT) test $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest,CommandReferenceTest,MetricsReferenceTest,ProfileReferenceTest -Dsidekey.docs=write

conformance: package ## the official suite through Sidekey, RUNS times in a row
	@for run in $$(seq $(RUNS)); do \
		$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=ConformanceIT \
			-Dsidekey.roads=reverse,absolute,connect -Dsidekey.docs=write || exit 1; \
		grep -h '^## ' docs/conformance.md; \
	done

image: package sbom ## the image sidekey:dev, for BASE_IMAGE and JDK_IMAGE if you name them
	@docker/build && docker/sbom

footprint: package ## docs/footprint.md: what the image needs in 128 MiB; wants a quiet machine and a Docker Engine
	@$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=FootprintIT -Dsidekey.docs=write

fleet: package ## docs/replicas.md: five Sidekeys under faults for SECONDS; SEED repeats a run
	@$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=FleetUnderFaultsIT \
		-Dsidekey.fleet.seconds=$(SECONDS) $(if $(SEED),-Dsidekey.fleet.seed=$(SEED)) -Dsidekey.docs=write

replicas: package ## docs/replicas.md: ten Sidekeys on ten thousand credentials; wants a quiet machine
	@$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=ManyCredentialsIT \
		-Dsidekey.many.credentials=10000 -Dsidekey.many.sidekeys=10 -Dsidekey.docs=write

tunnel: package ## 10 GiB through a tunnel, and 1,000 of each kind at once, in 128 MiB of heap
	@$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=TunnelLoadIT -Dsidekey.tunnel-gibibytes=10

hosts: package ## 10,000 intercepted hosts in 128 MiB of heap
	@$(MVN) $(SHORT) verify -Pit $(subst -DskipTests,,$(QUICK)) -Dtest=ConfigReferenceTest -Dit.test=ManyHostsIT -Dsidekey.hosts=10000

bench: package ## docs/performance.md: beside nginx, HAProxy and mitmproxy, in ROUNDS of slices of SLICE seconds; wants a quiet machine
	@docker/shrink
	@$(MVN) $(SHORT) test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
	@exec "$$(sh .mvn/find-jdk.sh jdk)/bin/java" @.mvn/bench.options \
		-cp "target/test-classes:target/classes:$$(cat target/bench.classpath)" dev.sidekey.bench.Bench $(ROUNDS) $(SLICE) docs/performance.md

jmh: ## docs/jmh.md: what the hot pieces cost, two minutes; ONLY=Scopes runs some and writes nothing; wants a quiet machine
	@$(MVN) $(SHORT) test-compile dependency:build-classpath -Pjmh $(QUICK) -Dmdep.outputFile=target/jmh/classpath && \
		"$$JAVA_HOME/bin/java" -cp "target/jmh/classes:target/test-classes:target/classes:$$(cat target/jmh/classpath)" \
			dev.sidekey.Benchmarks $(if $(ONLY),'$(ONLY)')

chart: ## target/sidekey-VERSION.tgz, the Helm chart
	@mkdir -p target && version=$$(sed -n 's/^version: //p' helm/sidekey/Chart.yaml) && \
		tar --sort=name --mtime="@$$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner -C helm -c sidekey \
			| gzip -n -9 > target/sidekey-$$version.tgz && echo target/sidekey-$$version.tgz

sbom: ## target/sbom.json: every library, its version and licence (CycloneDX); the image's is target/image-sbom.json
	@$(MVN) $(SHORT) cyclonedx:makeBom

release: image chart ## target/release: program, image, chart, changelog, SBOM and checksums of the pom's version
	@.ci/release

clean: ## remove what was built
	@rm -rf target
