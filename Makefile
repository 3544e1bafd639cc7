# Bánh mì: `make` lists what there is. Each target is one Maven or java line.

# Maven itself may run on 17; the gateway needs 25. The newest JDK from 25 on wins, JAVA_HOME before the usual places.
JDK := $(shell bin/find-jdk 25)
MVN := mvn -B -ntp

.DEFAULT_GOAL := help
.PHONY: help up test verify soak stress faults mutants memory large cost drain-sim journeys synth snapshots push local-deploy local-destroy format jdk

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: jdk ## build the gateway with an embedded store and run it on http://127.0.0.1:8080 (ARGS="--port 9000 --data dir")
	$(MVN) -pl localstack -am -Dmaven.test.skip -Dimage.skip package
	JAVA_HOME=$(JDK) exec bin/start-local localstack/target/banhmi-local.jar $(ARGS)

test: jdk ## the unit tests of every module, exhaustive ones at a tenth; packages nothing
	$(MVN) -T 2 test-compile
	$(MVN) -T 3 -Dbanhmi.exhaustive=false -Dtests.compiler=-XX:TieredStopAtLevel=1 test

verify: jdk ## build everything and run every test but those of `make soak`
	@mkdir -p target && touch target/verify-began
	$(MVN) -T 4 -Dedges verify
	.ci/leftovers
	.ci/same-bytes

soak: jdk ## the repetitions and sizes that `make verify` leaves out: whole fault matrix, 200 transfers, long random walks, 2,000 objects listed on every store, the journeys that another store repeats, 10,000 settings of the stack simulated and 200 synthesized (SEED=n repeats)
	$(MVN) -pl testkit,app,lambda-drain,infra-cdk,localstack -Dimage.skip -Dmaven.javadoc.skip -Dgroups=soak -Dtests.excluded= -Dtests.threads=3 -Dtests.compiler= $(if $(SEED),-Dbanhmi.seed=$(SEED)) verify

stress: jdk ## the unit tests ten times, in random order, with two busy loops beside them (SEED=n repeats)
	SEED=$(SEED) bin/stress

faults: jdk ## only the fault matrix of `make soak`: fail every call to the store in every way (SEED=n repeats its order)
	$(MVN) -pl testkit,app -Dimage.skip -Dtest=None -Dtests.excluded= -Dit.test=FaultMatrixSoakIT -Dsurefire.failIfNoSpecifiedTests=false $(if $(SEED),-Dbanhmi.seed=$(SEED)) verify

mutants: jdk ## plant faults in every module one at a time; a unit or integration test must turn red for each (ONLY=words: those whose module, file or name has them; SHARES=2: every second one, beginning with one of chance)
	$(MVN) -pl testkit,app,lambda-drain,infra-cdk,localstack -Dimage.skip -Dgateway.extracted.skip -Dmaven.javadoc.skip -Dtest=None -Dit.test=Mutants -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false $(if $(ONLY),'-Dmutants.only=$(ONLY)') $(if $(SHARES),-Dmutants.shares=$(SHARES)) $(if $(SEED),-Dbanhmi.seed=$(SEED)) -Dmdep.outputFile=target/test.classpath verify dependency:build-classpath

memory: jdk ## 200 transfers, 20 of them slow from the first byte to the last (half an hour; soak has them slow at first only)
	$(MVN) -pl testkit,app -Dimage.skip -Dtest=None -Dtests.excluded= -Dit.test=TransferMemorySoakIT -Dmemory.slow=whole -Dsurefire.failIfNoSpecifiedTests=false verify

large: jdk ## send 6 GiB of unknown length up and back (2 GiB are part of verify; needs 13 GB of disk)
	$(MVN) -pl testkit,app -Dimage.skip -Dtest=None -Dit.test=LargeObjectIT -Dbanhmi.large-object=6442450944 -Dsurefire.failIfNoSpecifiedTests=false verify

cost: jdk ## measure CPU, latency, memory and start beside nginx and the bare SDK, and write docs/performance.md (35 to 45 minutes; needs an idle machine; ARGS=peers, --baseline=<jar>, --smoke or names of scenarios)
	$(MVN) -pl testkit,app,bench -DskipTests -Dimage.skip package
	$(JDK)/bin/java -XX:+ExitOnOutOfMemoryError -XX:+UseSerialGC -Xmx512m -jar bench/target/banhmi-bench.jar $(ARGS)

drain-sim: jdk ## compare ways to drain over many simulated removals (SEED=2018 RUNS=2000), renew the tables of docs/drain.md (3 minutes)
	$(MVN) -pl testkit,lambda-drain -Dsurefire.failIfNoSpecifiedTests=false -Dtest=DrainSimulation -Ddrain-sim.seed=$(or $(SEED),2018) -Ddrain-sim.runs=$(or $(RUNS),2000) test

journeys: jdk ## the end-to-end tests with every store, those of `make verify` and of `make soak` (BACKEND=s3proxy, s3mock, moto or localstack; UPDATE=1 renews docs/journeys.md)
	$(MVN) -pl testkit,app,lambda-drain,localstack -Dimage.skip -Dtest=None -Dit.test=JourneysIT -Djourneys.all=true -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false $(if $(BACKEND),-Djourneys.backend=$(BACKEND)) $(if $(UPDATE),-Djourneys.update=true) verify

synth: jdk ## write what `cdk deploy` would create (ENV=dev or prod; EXAMPLE=true with stand-ins for REPLACE) to infra-cdk/target/cdk.out and print a page about it, after `make verify`
	npx --yes aws-cdk@2.1148.1 synth --quiet -c env=$(or $(ENV),dev) -c example=$(or $(EXAMPLE),false)
	$(JDK)/bin/java -XX:+ExitOnOutOfMemoryError -cp infra-cdk/target/banhmi-cdk-app.jar dev.banhmi.cdk.review.ReviewPage

snapshots: jdk ## renew what is generated from the templates: snapshots, diagrams, tables (then read the difference)
	$(MVN) -pl infra-cdk -Dtest='SnapshotTest,ArchitectureDiagramTest,CdkNagTest,IamPolicyTest,ConstructsPageTest' -Dsnapshots=update test

push: ## push the image of `make verify` to the repository of the foundation stack (ENV=dev or prod), print the digest for its configuration
	bin/push $(or $(ENV),dev)

local-deploy: ## deploy the stack banhmi-local to LocalStack or moto_server (ENDPOINT=http://localhost:4566), after `make verify`
	bin/local-deploy $(or $(ENDPOINT),http://localhost:4566)

local-destroy: ## remove it again
	bin/local-deploy --destroy $(or $(ENDPOINT),http://localhost:4566)

format: jdk ## format all Java code
	JAVA_HOME=$(JDK) $(MVN) spotless:apply

jdk:
	@test -n "$(JDK)" || { echo "JDK 25 or newer is required: install Temurin 25 (https://adoptium.net) or set JAVA_HOME to one" >&2; exit 1; }
