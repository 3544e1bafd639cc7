package dev.banhmi.local.mutants;

import java.util.List;

/** What the gateway's tests have to see. */
final class GatewayFaults {

    private static final String UPLOADS_END_TEST = "transfer.upload.UploadsEndTest";
    private static final String OUT_OF_STEP_TEST = "store.OutOfStepStoreTest";
    private static final String STORE_TEST = "store.S3ObjectStoreTest";
    private static final String VISIBLE_WRITE_TEST = "transfer.VisibleWriteTest";
    private static final String UPLOADS_TEST = "transfer.UploadsTest";
    private static final String UPLOAD_FAILURES_TEST = "transfer.UploadFailuresTest";
    private static final String LIST_TEST = "object.ListEndpointTest";
    private static final String SLOW_CLIENTS_TEST = "object.SlowClientsTest";
    private static final String ABANDONED_DOWNLOAD_TEST = "transfer.AbandonedDownloadTest";
    private static final String DOWNLOAD_TEST = "transfer.DownloadTest";

    private GatewayFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a failed upload is not aborted",
                        "transfer/upload/MultipartPipeline.java",
                        "abandoned.abort(upload, inDoubt);",
                        "",
                        UPLOAD_FAILURES_TEST + "#failsWhenItCannotBeCompleted"),
                new Mutant(
                        "a failed abort is not retried",
                        "transfer/upload/AbandonedUploads.java",
                        "removal.attemptInTurn(abandoned.id())",
                        "abandoned.isRemoved() ? null : new IllegalStateException()",
                        UPLOADS_END_TEST + "#leavesNothingAtTheExitWhenTheStoreIsDoneWithinTheWait"),
                new Mutant(
                        "aborting goes on after it has closed",
                        "transfer/upload/AbandonedUploads.java",
                        "await(nothingWatched, times.close());",
                        "await(nothingWatched, Duration.ZERO);",
                        "transfer.upload.AbandonedUploadsTest#closesOnlyWhenTheTryThatIsBeingMadeIsOver"),
                new Mutant(
                        "an attempt that outlasts the close is logged",
                        "transfer/upload/AbandonedUploads.java",
                        "open.contains(abandoned) && !abandoned.isRemoved()) {\n            abandoned.logGivenUp",
                        "!abandoned.isRemoved()) {\n            abandoned.logGivenUp",
                        "transfer.upload.AbandonedUploadsTest#logsNothingMoreWhenATryOutlastsTheLimit"),
                new Mutant(
                        "If-Match of a range is missing",
                        "store/S3ObjectStore.java",
                        "key, etag, \"bytes=\"",
                        "key, null, \"bytes=\"",
                        STORE_TEST + "#pinsARangeToItsVersion"),
                new Mutant(
                        "bytes of another range than the one requested are taken",
                        "store/SentRange.java",
                        "first != wantedFirst || length != wantedLength",
                        "false",
                        STORE_TEST + "#believesNoOtherBytesThanItAskedFor"),
                new Mutant(
                        "what a range says of itself is not compared with its length",
                        "store/SentRange.java",
                        "first <= last && last < total && length == last - first + 1",
                        "true",
                        STORE_TEST + "#believesNoRangeThatContradictsItself"),
                new Mutant(
                        "a range of another version is taken",
                        "store/S3ObjectStore.java",
                        "!ObjectInfos.isSameVersion(content.info().etag(), etag)",
                        "false",
                        STORE_TEST + "#believesNoOtherVersionThanItAskedFor"),
                new Mutant(
                        "a version that has changed its size is read on",
                        "transfer/prefetch/PinnedRead.java",
                        "opened.info().size() != info.size()",
                        "false",
                        "transfer.prefetch.PinnedReadTest#readsNothingOfAVersionThatHasAnotherSizeThanBefore"),
                new Mutant(
                        "more bytes than were announced complete a download",
                        "transfer/prefetch/PinnedRead.java",
                        "content.stream().read() >= 0",
                        "content.stream().read() > 255",
                        "transfer.prefetch.PinnedReadTest#keepsTheEndBackWhenMoreBytesFollowThanWereAnnounced"),
                new Mutant(
                        "keys are listed as XML has them",
                        "store/S3ObjectStore.java",
                        ".encodingType(EncodingType.URL)",
                        "",
                        STORE_TEST + "#listsKeysEncoded"),
                new Mutant(
                        "CRC of the whole is not sent with Complete",
                        "store/UploadCompletion.java",
                        "FULL_OBJECT)\n                            .checksumCRC32C(crc32c)",
                        "FULL_OBJECT)",
                        STORE_TEST + "#sendsTheSumOfTheWholeAndOfEachPartWithComplete"),
                new Mutant(
                        "CRC that the store reports is not compared",
                        "transfer/upload/VisibleWrite.java",
                        "reported != null && !written.crc32c().isReportedAs(reported)",
                        "false",
                        VISIBLE_WRITE_TEST + "#removesAnObjectOfWhichTheStoreReportsAnotherSum"),
                new Mutant(
                        "CRC at the end of a download is not compared",
                        "transfer/Download.java",
                        "!computed.isReportedAs(expectedCrc32c)",
                        "false",
                        DOWNLOAD_TEST + "#keepsTheEndBackWhenAByteIsNotWhatWasStored"),
                new Mutant(
                        "last bytes go out before the CRC is compared",
                        "transfer/Download.java",
                        "verifyEnd(buffer, count);",
                        "client.write(buffer, 0, count); verifyEnd(buffer, count); if (count >= 0) { position +="
                                + " count; continue; }",
                        DOWNLOAD_TEST + "#keepsTheEndBackWhenAByteIsNotWhatWasStored"),
                new Mutant(
                        "ranges begin that no download has",
                        "transfer/Download.java",
                        "ranges = null;\n                policy.refusedBeyond(0);\n                return;",
                        "ranges = null; fillUp(queue); return;",
                        ABANDONED_DOWNLOAD_TEST + "#keepsNothingWhereTheRoomComesLate"),
                new Mutant(
                        "close does not wait for ranges",
                        "transfer/prefetch/PrefetchQueue.java",
                        "for (PrefetchedRange range : ranges) {",
                        "for (PrefetchedRange range : new ArrayDeque<PrefetchedRange>()) {",
                        ABANDONED_DOWNLOAD_TEST + "#endsWhenNothingIsReadAnyMoreAndNotBefore"),
                new Mutant(
                        "close does not wait for ranges where it is interrupted",
                        "transfer/prefetch/PrefetchQueue.java",
                        "boolean interrupted = Thread.interrupted();",
                        "boolean interrupted = false;",
                        ABANDONED_DOWNLOAD_TEST + "#endsWhenNothingIsReadAnyMoreAndNotBefore"),
                new Mutant(
                        "200 with an error is taken as success",
                        "store/StoreCalls.java",
                        "notices.note(failure.code(), key.bucket(), reason);",
                        "if (e instanceof S3Exception r && r.statusCode() == 200) { return null; }",
                        STORE_TEST + "#takesAnErrorIn200ForAFailure"),
                new Mutant(
                        "200 that names no version is taken as success",
                        "store/UploadCompletion.java",
                        "done.eTag() == null",
                        "false",
                        STORE_TEST + "#takesACompletionThatNamesNoVersionForAFailure"),
                new Mutant(
                        "a response without its last headers is believed",
                        "store/WholeResponseInterceptor.java",
                        "response.isSuccessful() && brokeOff",
                        "false",
                        STORE_TEST + "#asksAgainWhenAResponseBreaksOffWithinItsHeaders"),
                new Mutant(
                        "the client does not retry",
                        "store/StoreConfiguration.java",
                        ".maxAttempts(tries)",
                        ".maxAttempts(1)",
                        STORE_TEST + "#asksAgainWhenAResponseBreaksOffWithinItsHeaders"),
                new Mutant(
                        "XML that breaks off is not asked for again",
                        "store/StoreConfiguration.java",
                        ".retryOnException(StoreFailures::isWorthAnotherTry)",
                        "",
                        STORE_TEST + "#givesUpWhenItsXmlAlwaysEndsTooEarly"),
                new Mutant(
                        "one bucket can use up the retries of all",
                        "store/StoreConfiguration.java",
                        ".circuitBreakerEnabled(false)",
                        ".circuitBreakerEnabled(true)",
                        STORE_TEST + "#neverRunsOutOfTriesForAllCallsTogether"),
                new Mutant(
                        "a part that was damaged is not sent again",
                        "transfer/upload/MultipartPipeline.java",
                        "e.code() != ErrorCode.STORE_FAULT || attempt == Tries.OF_A_PART",
                        "attempt > 0",
                        UPLOADS_TEST + "#sendsAPartAgainThatTheStoreDidNotTake"),
                new Mutant(
                        "a download does not go on after the store stopped",
                        "transfer/prefetch/PinnedRead.java",
                        "failuresBefore + 1 >= Tries.OF_A_READ",
                        "failuresBefore >= 0",
                        DOWNLOAD_TEST + "#goesOnForAsLongAsEachTryBringsAByte"),
                new Mutant(
                        "memory is granted whether or not every part can still be completed",
                        "transfer/memory/Ledger.java",
                        "free > 0 && SafeOrder.exists(claims, free - 1)",
                        "free > 0",
                        "transfer.memory.LedgerModelTest#everyUploadEndsWhateverTheOthersDo"),
                new Mutant(
                        "memory does not go back to the operating system",
                        "transfer/memory/ChunkPool.java",
                        "slab.isEmpty() && spare",
                        "false",
                        "transfer.memory.ChunkPoolTest#failsALateReaderInsteadOfShowingOthersBytes"),
                new Mutant(
                        "a shutdown in good order looks like a crash",
                        "lifecycle/ShutdownSequence.java",
                        "Runtime.getRuntime().halt(status);",
                        "log.info(\"status {}\", status);",
                        "lifecycle.ShutdownIT#exitsWith0WhenNothingRunsAlthoughAConnectionIsKeptAlive"),
                new Mutant(
                        "part numbers begin at 0",
                        "transfer/upload/PartsInFlight.java",
                        "return parts.size() + 1;",
                        "return parts.size();",
                        UPLOADS_TEST + "#sendsAPartAgainThatTheStoreDidNotTake"),
                new Mutant(
                        "part numbers are one too high on the wire",
                        "store/SdkBytes.java",
                        ".partNumber(number)",
                        ".partNumber(number + 1)",
                        STORE_TEST + "#sendsBodiesAtOnceUnhashedAndWithTheirSum"),
                new Mutant(
                        "parts are completed in reverse",
                        "transfer/upload/MultipartPipeline.java",
                        "return sent;",
                        "return sent.reversed();",
                        UPLOADS_TEST + "#sendsAPartAgainThatTheStoreDidNotTake"),
                new Mutant(
                        "announced length is not compared",
                        "transfer/upload/PartPlan.java",
                        "received != length",
                        "false",
                        UPLOAD_FAILURES_TEST + "#refusesABodyOfAnotherLengthThanAnnounced"),
                new Mutant(
                        "If-None-Match of a write is missing",
                        "store/StoreCalls.java",
                        "condition instanceof WriteCondition.IfAbsent ? \"*\" : null",
                        "null",
                        STORE_TEST + "#sendsTheConditionWithTheWrite"),
                new Mutant(
                        "If-Match of a write is missing",
                        "store/StoreCalls.java",
                        "condition instanceof WriteCondition.IfMatch match ? match.etag() : null",
                        "null",
                        STORE_TEST + "#sendsTheConditionWithTheWrite"),
                new Mutant(
                        "no look after a doubtful write",
                        "transfer/upload/VisibleWrite.java",
                        "if (inDoubt || mayMeetItsDouble(e.code())) {",
                        "if (false) {",
                        VISIBLE_WRITE_TEST + "#knowsNoOutcomeWhenAnothersObjectIsThereAfterAFailure"),
                new Mutant(
                        "a write that was sent twice does not look for its double",
                        "transfer/upload/VisibleWrite.java",
                        "if (inDoubt || mayMeetItsDouble(e.code())) {",
                        "if (inDoubt) {",
                        VISIBLE_WRITE_TEST + "#succeedsWhenOnlyTheResponseWasLost"),
                new Mutant(
                        "an object of another writer is taken for its own",
                        "transfer/upload/VisibleWrite.java",
                        "mark.equals(found.attributes().metadata().get(MARK))",
                        "true",
                        VISIBLE_WRITE_TEST + "#knowsNoOutcomeWhenAnothersObjectIsThereAfterAFailure"),
                new Mutant(
                        "a refusal after a timeout is taken as final",
                        "transfer/upload/VisibleWrite.java",
                        "lost |= isLost(e.code());",
                        "lost = isLost(e.code());",
                        VISIBLE_WRITE_TEST + "#knowsNoOutcomeWhenAnothersObjectIsThereAfterAFailure"),
                new Mutant(
                        "a refusal after a failed try is taken as final",
                        "store/StoreCalls.java",
                        "refused ? unknown(operation, failure) : failure",
                        "failure",
                        STORE_TEST + "#doubtsARefusalAfterATryThatFailed"),
                new Mutant(
                        "damaged bytes are taken for a refusal",
                        "store/StoreFailures.java",
                        "!DAMAGED.contains(s3Code)",
                        "!s3Code.isBlank()",
                        STORE_TEST + "#takesDamagedBytesForAFaultThatMayPass"),
                new Mutant(
                        "payloads are hashed for the signature",
                        "store/UnsignedPayloadAuthScheme.java",
                        "https.protocol(\"https\")",
                        "https.protocol(\"http\")",
                        STORE_TEST + "#sendsBodiesAtOnceUnhashedAndWithTheirSum"),
                new Mutant(
                        "bodies wait for 100 Continue",
                        "store/WithoutExpectInterceptor.java",
                        "request.removeHeader(\"Expect\")",
                        "request.appendHeader(\"X-Nothing\", \"removed\")",
                        STORE_TEST + "#sendsLargeBodiesAtOnce"),
                new Mutant(
                        "an empty page of the store ends a listing",
                        "object/ListEndpoint.java",
                        "next = page.next();",
                        "next = page.objects().isEmpty() ? null : page.next();",
                        LIST_TEST + "#respondsWithACursorAfterTenPagesOfTheStore"),
                new Mutant(
                        "a listing reads pages of the store without end",
                        "object/ListEndpoint.java",
                        "pages == MOST_STORE_PAGES ||",
                        "",
                        LIST_TEST + "#respondsWithACursorAfterTenPagesOfTheStore"),
                new Mutant(
                        "an object that refuses a look is not listed",
                        "object/StoredNames.java",
                        "e.code() == ErrorCode.OBJECT_NOT_FOUND",
                        "e.code() != ErrorCode.INTERNAL",
                        LIST_TEST + "#listsAnObjectThatCannotBeAskedForItsName"),
                new Mutant(
                        "a common prefix is listed with every page",
                        "store/ObjectPages.java",
                        "key.startsWith(prefix)",
                        "key.isEmpty()",
                        "store.ObjectPagesTest#listsACommonPrefixOnceAlthoughTheStoreRepeatsIt"),
                new Mutant(
                        "a page ends where the store's order of common prefixes ends",
                        "store/ObjectPages.java",
                        "                .sorted(BY_UTF_8)\n",
                        "",
                        "store.ObjectPagesTest#endsBehindTheLastEntryInWhateverOrderTheStoreListsThem"),
                new Mutant(
                        "a deletion of many takes a failure for a success",
                        "object/DeleteManyEndpoint.java",
                        "return Optional.of(e);",
                        "return Optional.empty();",
                        "object.DeleteManyEndpointTest#saysOfEachNameWhatCameOfIt"),
                new Mutant(
                        "entries are held while a client reads its listing",
                        "object/ListEndpoint.java",
                        "bytes);\n            }\n            JsonResponse.write(bytes, response);",
                        "bytes);\n            JsonResponse.write(bytes, response); }",
                        SLOW_CLIENTS_TEST + "#doNotKeepOthersFromListing"),
                new Mutant(
                        "entries are held while a body arrives",
                        "object/DeleteManyEndpoint.java",
                        "receive(body, names);",
                        "try (EntryBudget.Share _ = deletedEntries.take(1000)) { receive(body, names); }",
                        SLOW_CLIENTS_TEST + "#doNotKeepOthersFromDeletingWhileTheirBodiesArrive"),
                new Mutant(
                        "the quickest client makes room for the others",
                        "object/WaitingBytes.java",
                        "one.pace(now) < slowest.pace(now)",
                        "one.pace(now) > slowest.pace(now)",
                        "object.WaitingBytesTest#makesRoomAtTheCostOfTheSlowest"),
                new Mutant(
                        "a request waits for the calls of others without end",
                        "object/ParallelCalls.java",
                        "ofAllRequests.tryAcquire(nanosUntil(deadline), TimeUnit.NANOSECONDS)",
                        "ofAllRequests.tryAcquire(1, TimeUnit.DAYS)",
                        "object.ParallelCallsTest#waitsForOthersUntilTheDeadlineAndNoLonger"),
                new Mutant(
                        "a request that is interrupted waits for its calls",
                        "object/ParallelCalls.java",
                        "is interrupted.\n                Thread.currentThread().interrupt();",
                        "is interrupted.",
                        "object.ParallelCallsTest#interruptsItsCallsWhenItIsInterrupted"),
                new Mutant(
                        "a look that is late is left alone",
                        "object/Look.java",
                        "call.cancel(true);",
                        "",
                        "object.WriteEndpointTest#waitsForNoLookThatTheStoreDoesNotRespondTo"),
                new Mutant(
                        "a look is left alone when the write fails",
                        "object/WriteEndpoint.java",
                        "try (existed) {",
                        "{",
                        "object.WriteEndpointTest#endsItsLookWhenTheWriteFails"),
                new Mutant(
                        "HEAD of a bucket costs what a page costs",
                        "object/ListEndpoint.java",
                        "storePage(bucket, query, query.from(), 1);",
                        "page(bucket, query);",
                        LIST_TEST + "#asksTheStoreForOneEntryWhereNobodyWillSeeThem"),
                new Mutant(
                        "S3's own parameters of a listing are refused without a word of what to use instead",
                        "object/ObjectRequest.java",
                        "instead == null ? \"\" : \" (\" + instead + \")\"",
                        "\"\"",
                        "object.ObjectRequestTest#saysWhatToUseInsteadOfS3sParametersOfAListing"),
                new Mutant(
                        "offload is ignored where its name is percent-encoded",
                        "object/OffloadEndpoint.java",
                        "QueryParameters.of(query).get(PARAMETER)",
                        "query == null || !query.contains(PARAMETER) ? null : QueryParameters.of(query).get(PARAMETER)",
                        "object.ObjectRequestTest#seesOffloadHoweverItIsWritten"),
                new Mutant(
                        "a key ends a line of the log",
                        "store/ObjectKey.java",
                        "[\\\\p{Cc}\\\\p{Zl}\\\\p{Zp}]",
                        "[\\\\p{Cc}]",
                        "store.ObjectKeyTest#hasNoCharacterThatAViewerTakesForTheEndOfALine"),
                new Mutant(
                        "common prefixes do not count for the limit",
                        "object/ListEndpoint.java",
                        "- objects.size() - prefixes.size()",
                        "- objects.size()",
                        "object.RandomListingsTest#listsAPlainBucketAsTheModelDoes"),
                new Mutant(
                        "a query that is not UTF-8 is repaired",
                        "http/PercentEncoding.java",
                        ".onMalformedInput(CodingErrorAction.REPORT)",
                        ".onMalformedInput(CodingErrorAction.REPLACE)",
                        "object.ListQueryTest#refusesAQueryThatIsNotUtf8"),
                new Mutant(
                        "a problem says which part of the object it is",
                        "error/Problem.java",
                        "status == HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE",
                        "status > 0",
                        "error.ProblemTest#saysNothingOfTheObjectButItsLengthWhereARangeIsOutsideIt"),
                new Mutant(
                        "the results of a deletion may be read for ever",
                        "server/TransferDeadlineFilter.java",
                        "isDownload || response.isCommitted()",
                        "isDownload",
                        "server.TransferDeadlineFilterTest#endsALongResponseAtItsNextByte"),
                new Mutant(
                        "several winners over one version are taken for exclusion",
                        "store/WriteRace.java",
                        "winners.size() > 1",
                        "false",
                        "store.ConditionalWritesTest#doesNotTrustAStoreThatComparesInPutsOnly"),
                new Mutant(
                        "a disturbed race is taken for a verdict",
                        "store/WriteRace.java",
                        "} catch (ExecutionException e) {\n",
                        "} catch (ExecutionException e) { if (winners.size() < 2) { return Optional.empty(); }\n",
                        "store.ConditionalWritesTest#endsWhateverAWriterThrowsBeforeItBegins"),
                new Mutant(
                        "a writer that fails in a way of its own leaves the others waiting",
                        "store/WriteRace.java",
                        "try {\n            prepared = preparation.call();\n        } finally {",
                        "boolean ready = true; try { prepared = preparation.call(); } catch (IllegalStateException e) {"
                                + " ready = false; throw e; } finally { if (ready)",
                        "store.ConditionalWritesTest#endsWhateverAWriterThrowsBeforeItBegins"),
                new Mutant(
                        "writers that wait for a late one are told nothing of it",
                        "store/WriteRace.java",
                        "failed.getCause() instanceof BrokenBarrierException",
                        "false",
                        "store.ConditionalWritesTest#tellsThatTheStoreWasLateWhicheverWriterItWas"),
                new Mutant(
                        "a race runs in nobody's name",
                        "store/WriteRace.java",
                        "MDC.setContextMap(context == null ? Map.of() : context);",
                        "",
                        "store.ConditionalWritesTest#runsInTheNameOfTheRequest"),
                new Mutant(
                        "a lost response of a race is the caller's unknown outcome",
                        "store/ConditionalWrites.java",
                        "case OUTCOME_UNKNOWN -> notTried(ErrorCode.STORE_TIMEOUT, bucket, failure);",
                        "case OUTCOME_UNKNOWN -> failure;",
                        "store.ConditionalWritesTest#tellsNoLostResponseOfARaceAsAnUnknownOutcome"),
                new Mutant(
                        "whoever waits for a race races as well",
                        "store/Verdict.java",
                        "others == null ? run(own) : await(others)",
                        "run(own)",
                        "store.ConditionalWritesTest#waitsForTheRaceOfAnotherNoLongerThanItMay"),
                new Mutant(
                        "completions are not tried for exclusion",
                        "store/ConditionalWrites.java",
                        "race.afterCompletions(COMPLETIONS, etag, ROUNDS + 1).isEmpty()",
                        "race.afterCompletions(1, etag, ROUNDS + 1).isEmpty()",
                        "store.ConditionalWritesTest#doesNotTrustAStoreThatComparesInPutsOnly"),
                new Mutant(
                        "a deletion of another version is taken for a refused one",
                        "store/TrialObject.java",
                        "IfMatch(OTHER_VERSION));\n            return false;",
                        "IfMatch(OTHER_VERSION));\n            return true;",
                        "store.ConditionalWritesTest#trustsNoDeletionsWhereTheStoreIgnoresTheirCondition"),
                new Mutant(
                        "creators are believed to keep to their condition",
                        "object/WriteConditions.java",
                        "conditionalWrites.requireCreation(key.bucket());",
                        "",
                        "object.WriteEndpointTest#refusesToCreateWhereTheStoreReplaces"),
                new Mutant(
                        "nobody hears that uploads of 2018 may replace each other",
                        "legacy/UploadController.java",
                        "conditionalWrites.warnOfCreation(key.bucket());",
                        "",
                        "legacy.UploadControllerTest#goOnAndAreWarnedOfOnceWhereThatIsKnown"),
                new Mutant(
                        "creators are tried in one of their two calls",
                        "store/ConditionalWrites.java",
                        "return object.complete(object.send(new Entry(2, 1)), condition).isEmpty();",
                        "return true;",
                        "store.ConditionalWritesTest#trustsNoStoreThatIgnoresTheConditionOfCreators"),
                new Mutant(
                        "a response that cannot be finished is left to Spring, which may take it for whole",
                        "legacy/LegacyErrors.java",
                        """
                                    FailureLog.leaveUnfinished(request, failure);
                                    return;
                                }
                                LegacyResponse told\
                        """,
                        """
                                    throw failure;
                                }
                                LegacyResponse told\
                        """,
                        "legacy.LegacyErrorsTest#leavesAResponseThatHasBegunToBeCut"),
                new Mutant(
                        "each refused look is followed by a read",
                        "store/RefusalReasons.java",
                        "asked == null || now - asked >= MINUTE",
                        "true",
                        STORE_TEST + "#asksForAReasonOnceForManyLooks"),
                new Mutant(
                        "a refused write is not found",
                        "store/RefusalReasons.java",
                        "e.statusCode() == status",
                        "e.statusCode() / 100 == 4",
                        STORE_TEST + "#takesAnObjectThatIsNotThereForNoReasonOfAWrite"),
                new Mutant(
                        "a race begins after a shutdown",
                        "store/ConditionalWrites.java",
                        "ended = true;",
                        "ended = false;",
                        "store.ConditionalWritesTest#triesNothingAfterItsEnd"),
                new Mutant(
                        "the pin of a range becomes the client's 412",
                        "object/ReadEndpoint.java",
                        "if (e.code() == ErrorCode.PRECONDITION_FAILED) {",
                        "if (false) {",
                        "object.ReadEndpointTest#sendsTheRangeOfTheNewVersion"),
                new Mutant(
                        "what was said of a replaced version stays",
                        "object/ReadEndpoint.java",
                        "forget(before, response);",
                        "response.resetBuffer();",
                        "object.ReadEndpointTest#beginsAgainWhenTheStoreStopsAndTheObjectIsReplaced"),
                new Mutant(
                        "a request that may have arrived counts as never sent",
                        "store/EndedTryHttpClient.java",
                        "if (Delivery.isBeforeFirstByte(e)) {",
                        "if (true) {",
                        "store.UnreachableStoreTest#remembersThatAnEarlierTryMayHaveArrived"),
                new Mutant(
                        "a response that nobody asked for is taken for the next one",
                        "store/StoreConnection.java",
                        "parser.waiting() == 0",
                        "parser.waiting() >= 0",
                        OUT_OF_STEP_TEST + "#takesNothingThatFollowsAResponseForTheNextOne"),
                new Mutant(
                        "what waits in the kernel is not seen",
                        "store/StoreConnection.java",
                        " == 0\n                    && holder.getBaseSocket().getInputStream().available() == 0",
                        " >= 0",
                        OUT_OF_STEP_TEST + "#sendsNothingToAStoreThatGreets"),
                new Mutant(
                        "a success before the end of a write is believed",
                        "store/StoreConnection.java",
                        "response.getCode() < HttpStatus.SC_REDIRECTION",
                        "response.getCode() < HttpStatus.SC_SUCCESS",
                        OUT_OF_STEP_TEST + "#takesNoSuccessThatComesBeforeTheEndOfAWrite"),
                new Mutant(
                        "a refusal is not read when the rest of the body cannot be sent",
                        "store/StoreConnection.java",
                        "!e.equals(body.failure()) || responses == null) {",
                        "!e.equals(body.failure()) || responses != null) {",
                        "store.EarlyResponsesTest#countsARefusalWhoseConnectionIsClosed"),
                new Mutant(
                        "a store that has refused and reads no more holds a write up",
                        "store/BodyWrites.java",
                        "socket.shutdownOutput();",
                        "socket.getInputStream();",
                        "store.EarlyResponsesTest#countsARefusalThatComesWhileTheWriteIsHeldUp"),
                new Mutant(
                        "part numbers of the wire client are one too high",
                        "store/wire/RequestHead.java",
                        "\"partNumber=\" + number",
                        "\"partNumber=\" + (number + 1)",
                        STORE_TEST + "#sendsBodiesAtOnceUnhashedAndWithTheirSum"),
                new Mutant(
                        "If-Match of the wire client is missing",
                        "store/wire/RequestHead.java",
                        "addIfThere(fields, \"if-match\", ifMatch);",
                        "",
                        STORE_TEST + "#pinsARangeToItsVersion"),
                new Mutant(
                        "a header field of the wire client can begin another one",
                        "store/wire/Field.java",
                        "(c < ' ' && c != '\\t') || c > '~'",
                        "c > '~'",
                        "store.wire.FieldTest#refusesAValueThatDoesNot"),
                new Mutant(
                        "a header field of the wire client is there twice",
                        "store/wire/RequestHead.java",
                        "if (!names.add(field.name())) {",
                        "if (!names.add(field.name()) && names.isEmpty()) {",
                        "store.wire.FieldTest#refusesAFieldThatIsThereAlready"),
                new Mutant(
                        "two slashes of a key are one on the wire",
                        "store/wire/RequestWriter.java",
                        ".replace(\"//\", \"/%2F\")",
                        "",
                        "store.wire.RequestWriterTest#keepsTwoSlashesApart"),
                new Mutant(
                        "the token of a session is not sent",
                        "store/wire/RequestWriter.java",
                        "fields.add(new Field(\"x-amz-security-token\", identity.sessionToken()));",
                        "",
                        "store.WireDifferenceTest#sendsWhatTheSdkSends"),
                new Mutant(
                        "a key of yesterday signs",
                        "store/wire/SigningKey.java",
                        "return day.equals(otherDay)\n                && region",
                        "return region",
                        "store.wire.RequestWriterTest#usesWhatItKeepsForEachSignatureAnew"),
                new Mutant(
                        "the secret key is shown",
                        "store/wire/Identity.java",
                        "\"Identity[accessKeyId=\" + accessKeyId",
                        "\"Identity[accessKeyId=\" + secretAccessKey",
                        "store.wire.FieldTest#showsNoSecret"),
                new Mutant(
                        "the host of a certificate is not looked at",
                        "store/wire/TlsRecords.java",
                        "parameters.setEndpointIdentificationAlgorithm(\"HTTPS\");",
                        "",
                        "store.wire.BlockingWireTest#sendsNothingToAnotherHost"),
                new Mutant(
                        "the wire client takes what waits for the response to its request",
                        "store/wire/BlockingConnection.java",
                        "look(one) == 0 && (tls == null",
                        "look(one) >= -1 && (tls == null",
                        OUT_OF_STEP_TEST + "#seesWhatWaitsInTheKernel"),
                new Mutant(
                        "the wire client keeps a connection that the store closes",
                        "store/wire/ResponseParser.java",
                        "isHttp11 && !fields.lists(\"connection\", \"close\")",
                        "isHttp11",
                        "store.wire.ExchangeTest#leavesNoConnectionThatEndsWithIt"),
                new Mutant(
                        "the wire client believes a success before the end of a write",
                        "store/wire/Exchange.java",
                        "early && response.status() < 300",
                        "early && response.status() < 200",
                        OUT_OF_STEP_TEST + "#takesNoSuccessThatComesBeforeTheEndOfAWrite"),
                new Mutant(
                        "the wire client takes a lack of patience for a refusal",
                        "store/wire/Exchange.java",
                        "!sent && response.status() == REQUEST_TIMEOUT",
                        "sent && response.status() == 0",
                        "store.wire.ExchangeTest#takesNoLackOfPatienceForARefusal"),
                new Mutant(
                        "no connection of the wire client has a limit once a look at one has failed",
                        "store/wire/BlockingDeadlines.java",
                        "} catch (RuntimeException | Error e) {\n                // Even",
                        "} catch (IllegalArgumentException e) {\n                // Even",
                        "store.wire.BlockingDeadlinesTest#goesOnBehindALookThatFails"),
                new Mutant(
                        "what has no room in a slow reader takes the room of eight records",
                        "store/wire/TlsRecords.java",
                        "ByteBuffer to = buffers.ones().lend();",
                        "ByteBuffer to = buffers.lend();",
                        "store.wire.TlsRecordsTest#keepsWhatHasNoRoomInNoMoreThanARecord"),
                new Mutant(
                        "the wire client knows no endpoint but that of the gateway's settings",
                        "store/WirePlaces.java",
                        "this.utilities = client.utilities();",
                        "this.utilities ="
                                + " S3Utilities.builder().region(client.serviceClientConfiguration().region()).build();",
                        "store.WirePlacesTest#isAtTheEndpointOfTheProfile"),
                new Mutant(
                        "the wire client tries again what the gateway has ended",
                        "store/WireTries.java",
                        "if (failure instanceof AbortedException) {",
                        "if (failure instanceof ApiCallTimeoutException) {",
                        "store.WireTriesTest#triesNothingAgainThatTheGatewayHasEnded"),
                new Mutant(
                        "a response of two lengths is read by one of them",
                        "store/wire/Framing.java",
                        "lengths + codings > 1",
                        "lengths + codings > 2",
                        "store.wire.ResponseParserTest#refusesALengthThatCanBeReadInTwoWays"),
                new Mutant(
                        "a body that breaks off is whole",
                        "store/wire/ResponseBody.java",
                        "} else if (next != Next.NOTHING) {",
                        "} else if (next == Next.TRAILER) {",
                        "store.wire.ResponseBodyTest#isNotWholeWhereALengthBreaksOff"),
                new Mutant(
                        "what is no object has no bound",
                        "store/wire/Exchange.java",
                        "taken > MOST_TEXT && !isObject()",
                        "taken < 0 && !isObject()",
                        "store.wire.ExchangeTest#boundsWhatIsNoObject"),
                new Mutant(
                        "a head of a response has no bound",
                        "store/wire/ResponseParser.java",
                        "++headLength > MOST_HEAD",
                        "++headLength < 0",
                        "store.wire.ResponseParserTest#keepsNoMoreThanItsBound"),
                new Mutant(
                        "a connection of the wire client is used after the store's time for it",
                        "store/wire/BlockingConnection.java",
                        "now - idleUntil >= 0 || now - born",
                        "now - born",
                        "store.wire.BlockingWireTest#usesAConnectionAsLongAsItIsKept"),
                new Mutant(
                        "what the wire client may have sent counts as never sent",
                        "store/WireFailures.java",
                        "case NO_BODY, BODY -> Delivery.noteNoResponse();",
                        "case NO_BODY, BODY -> Delivery.noteUnsent();",
                        "store.UnreachableStoreTest#remembersThatAnEarlierTryMayHaveArrived"),
                new Mutant(
                        "what the wire client cannot have sent is in doubt",
                        "store/WireFailures.java",
                        "case NOTHING -> Delivery.noteUnsent();",
                        "case NOTHING -> Delivery.noteNoResponse();",
                        "store.UnreachableStoreTest#cannotConnectWhereNobodyListens"),
                new Mutant(
                        "a refusal over the wire client is final though nothing is known of its reason",
                        "store/WireFailures.java",
                        "} else if (text.size() == 0) {",
                        "} else if (text.size() < 0) {",
                        "store.UnbelievableStoreTest#callsARefusedWriteOfWhichOnlyTheStatusComesAFault"),
                new Mutant(
                        "another client is asked once a body was sent",
                        "store/WireTries.java",
                        "(isRead || failure.sent() != WireException.Sent.BODY)",
                        "(isRead || failure.sent() != WireException.Sent.NOTHING)",
                        "store.WireTriesTest#asksNoOtherClientOnceABodyWasSent"),
                new Mutant(
                        "a charset that was hidden from the store stays hidden over the wire client",
                        "store/WireObjects.java",
                        "return type == null || !showsCharsets",
                        "return type == null || showsCharsets",
                        STORE_TEST + "#keepsACharsetThatNobodyKnows"),
                new Mutant(
                        "the wire client believes a success without a version",
                        "store/WireCalls.java",
                        "length.equals(\"0\")) : named;",
                        "length.equals(\"0\")) : !named || named;",
                        STORE_TEST + "#doesNotBelieveAResponseThatAlwaysLacksAField"),
                new Mutant(
                        "an upload begins once more when the response to it cannot be read",
                        "store/StoreFailures.java",
                        "&& !(Delivery.isOfABeginning() && failure",
                        "&& !(!Delivery.isOfABeginning() && failure",
                        "store.UnbelievableStoreTest#beginsNoUploadAgainWhoseResponseCannotBeRead"),
                new Mutant(
                        "a deletion that may have been done is told as refused",
                        "store/StoreCalls.java",
                        "doubt == Doubt.NONE || last.code()",
                        "doubt != null || last.code()",
                        STORE_TEST + "#doesNotKnowWhetherADeletionIsDoneAfterATryThatFailed"),
                new Mutant(
                        "an upload whose id could be read is left open",
                        "store/StoreCalls.java",
                        "            end.accept(name);\n",
                        "",
                        "store.UnbelievableStoreTest#endsAnUploadWhoseIdCanBeReadAndTheRestCannot"),
                new Mutant(
                        "an upload that may have begun without an id is not named",
                        "store/StoreCalls.java",
                        "if (doubt != Doubt.NONE) {",
                        "if (doubt == null) {",
                        STORE_TEST + "#namesAnUploadThatMayHaveBegunWithoutAnId"),
                new Mutant(
                        "another's object settles what became of a write under a condition",
                        "transfer/upload/VisibleWrite.java",
                        "case WriteCondition.IfAbsent() -> found.isEmpty();",
                        "case WriteCondition.IfAbsent() -> true;",
                        VISIBLE_WRITE_TEST + "#knowsNoOutcomeWhenAnothersObjectIsThereAfterAFailure"),
                new Mutant(
                        "an upload begins although a shutdown has begun",
                        "transfer/upload/AbandonedUploads.java",
                        "ending.requireNotBegun();",
                        "",
                        "transfer.upload.AbandonedUploadsTest#beginsNothingOnceAShutdownHasBegun"),
                new Mutant(
                        "something is created after a shutdown has stopped waiting",
                        "transfer/upload/AbandonedUploads.java",
                        "ending.requireNotOver();",
                        "",
                        "transfer.CopiesTest#createsNothingOnceNobodyWaitsForIt"),
                new Mutant(
                        "a late part after a shutdown is not named",
                        "transfer/upload/AbandonedUploads.java",
                        "!abandoned.isRemoved() || abandoned.mayGrow(time.nanoTime())) {\n"
                                + "                abandoned.logLeft",
                        "!abandoned.isRemoved()) {\n                abandoned.logLeft",
                        "transfer.upload.AbandonedUploadsTest#namesALatePartAfterItHasClosed"),
                new Mutant(
                        "a copy in parts takes connections before those who wait",
                        "transfer/upload/CopyPipeline.java",
                        "connections.tryAcquire(0, TimeUnit.NANOSECONDS)",
                        "connections.tryAcquire()",
                        "transfer.upload.CopyPipelineTest#borrowsNoConnectionWhileAnybodyWaitsForOne"),
                new Mutant(
                        "a response that makes no sense keeps its connection",
                        "store/S3ObjectStore.java",
                        "stream.abort();",
                        "",
                        STORE_TEST + "#givesTheConnectionBackWhenAResponseMakesNoSense"),
                new Mutant(
                        "a form is sent as a put",
                        "transfer/Uploads.java",
                        "first.length() == 0 || store.canPut(marked.attributes())",
                        "true",
                        UPLOADS_TEST + "#sendsAFormInParts"),
                new Mutant(
                        "an abort is believed without asking what is left",
                        "transfer/upload/UploadRemoval.java",
                        "return hasParts(upload)",
                        "return upload.id().isEmpty()",
                        "transfer.upload.AbandonedUploadsTest#saysThatPartsAreLeftWhichTheStoreHasFinishedAfterTheAbort"),
                new Mutant(
                        "a shutdown forgets what the store may still finish",
                        "transfer/upload/OpenUpload.java",
                        "inDoubt && now - since < IN_DOUBT.toNanos()",
                        "false",
                        UPLOADS_END_TEST + "#namesWhatTheStoreMayStillFinishAfterTheWait"),
                new Mutant(
                        "a part without a response leaves no doubt",
                        "transfer/upload/MultipartPipeline.java",
                        "inDoubt = true;",
                        "",
                        UPLOADS_END_TEST + "#namesWhatTheStoreMayStillFinishAfterTheWait"),
                new Mutant(
                        "parts on their way are interrupted at once",
                        "transfer/upload/PartsInFlight.java",
                        "threads.awaitTermination(grace.toNanos(),",
                        "threads.awaitTermination(0,",
                        UPLOADS_END_TEST + "#letsPartsOnTheirWayEndBeforeItAborts"),
                new Mutant(
                        "a shutdown does not wait for uploads",
                        "transfer/upload/AbandonedUploads.java",
                        "await(nothingOpen, limit);",
                        "await(nothingOpen, Duration.ZERO);",
                        UPLOADS_END_TEST + "#leavesNothingAtTheExitWhenTheStoreIsDoneWithinTheWait"),
                new Mutant(
                        "a shutdown does not name what is left",
                        "transfer/upload/AbandonedUploads.java",
                        "open.forEach(OpenUpload::logLeft);",
                        "",
                        UPLOADS_END_TEST + "#namesWhatTheStoreMayStillFinishAfterTheWait"),
                new Mutant(
                        "a shutdown goes on reading bodies",
                        "server/ClientConnections.java",
                        "open.values().forEach(ClientConnection::endBody);",
                        "log.trace(\"{} connections\", open.size());",
                        "fault.UploadsEndIT#leavesNothingOfUploadsThatSigtermCuts"),
                new Mutant(
                        "a body is called slow before its period is over",
                        "server/BodyPace.java",
                        "if (!waiting || waitedInPeriod < period) {",
                        "if (!waiting || waitedInPeriod < 0) {",
                        "server.BodyPaceTest#isTooSlowAfterAWholePeriodOfSilence"),
                new Mutant(
                        "a body that has come is called slow",
                        "server/BodyPace.java",
                        "if (!waiting || waitedInPeriod < period) {",
                        "if (waitedInPeriod < period) {",
                        "server.BodyPaceTest#isNotTooSlowWhenItHasEnded"),
                new Mutant(
                        "a head may take as long as it likes",
                        "server/ClientConnections.java",
                        "now - connection.since() > bounds.headTimeout().toNanos()",
                        "now < connection.since()",
                        "server.SlowRequestsIT#endsAHeadThatDrips"),
                new Mutant(
                        "a body may drip",
                        "server/ClientConnections.java",
                        "pace -> pace.isTooSlow(now),",
                        "pace -> false,",
                        "server.SlowRequestsIT#endsABodyThatDrips"),
                new Mutant(
                        "a response may be taken at any pace",
                        "server/ClientConnections.java",
                        "pace -> pace.behind(now) > allowed &&",
                        "pace -> pace.behind(now) < 0 &&",
                        "server.SlowRequestsIT#cutsAResponseThatIsTakenTooSlowly"),
                new Mutant(
                        "a fast beginning of a response is saved up",
                        "server/ResponsePace.java",
                        "behind = Math.max(0, behind - count);",
                        "behind = behind - count;",
                        "server.ResponsePaceTest#savesNothingUp"),
                new Mutant(
                        "connections under TLS are not watched",
                        "server/GatewayEndpoint.java",
                        "? new WatchedTlsChannel(buffer, this, watched)",
                        "? super.createChannel(buffer)",
                        "fault.UploadsEndIT#leavesNothingOfUploadsOverTlsThatSigtermCuts"),
                new Mutant(
                        "the bound of connections does not know the heap",
                        "server/ConnectionRoom.java",
                        "heap / 8 * 7 - EVERYTHING_ELSE",
                        "heap",
                        "server.ConnectionRoomTest#takesLessWithTls"),
                new Mutant(
                        "what only begins like /v1 is told in its shape",
                        "access/Targets.java",
                        "path.startsWith(\"/v1/\") || path.equals(\"/v1\")",
                        "path.startsWith(\"/v1\")",
                        "server.OpenAccessFiltersTest#refusesInTheShapeOfTheApiThatIsMeant"),
                new Mutant(
                        "the parameters of a segment choose another route",
                        "access/Targets.java",
                        "parameters < 0 ? raw : raw.substring(0, parameters)",
                        "raw",
                        "access.RouteTest#readsEveryOtherPathAsSpringDoes"),
                new Mutant(
                        "a slash that is encoded ends a segment",
                        "access/Targets.java",
                        "Arrays.stream(path.split(\"/\", -1)).map(Targets::segment).toList()",
                        "Arrays.asList(segment(path).split(\"/\", -1))",
                        "access.RouteTest#isNobodysElsewhere"),
                new Mutant(
                        "of an object of 2018 that is named twice the first is taken",
                        "access/Targets.java",
                        "buckets.size() > 1 || keys.size() > 1",
                        "false",
                        "access.RouteTest#refusesAnObjectOf2018ThatIsNamedTwice"),
                new Mutant(
                        "a controller of 2018 serves the object of another route",
                        "legacy/FileController.java",
                        "when named == verb -> Optional.of(",
                        "when !bucket.isEmpty() -> Optional.of(",
                        "legacy.FileControllerTest#servesNoOtherRoute"),
                new Mutant(
                        "the target is read again",
                        "access/Route.java",
                        "request.setAttribute(attribute, route);",
                        "",
                        "access.RouteTest#isReadOnceForARequest"),
                new Mutant(
                        "a deletion of many needs no right",
                        "access/Rules.java",
                        "case POST -> new RightLater(Action.DELETE);",
                        "case POST -> new Caller();",
                        "access.RulesTest#needsWhatTheTableSays"),
                new Mutant(
                        "a HEAD needs no right to read",
                        "access/Rules.java",
                        "case GET, HEAD -> new Right(Action.READ, bucket, name.value());\n                    case PUT",
                        "case HEAD -> new Caller();\n                    case GET -> new Right(Action.READ, bucket, name.value());\n                    case PUT",
                        "access.RulesTest#needsWhatTheTableSays"),
                new Mutant(
                        "every method is a series of its own",
                        "server/RouteObservations.java",
                        "contains(method) ? method.name() : OTHER",
                        "contains(method) ? method.name() : context.getCarrier().getMethod()",
                        "server.RouteObservationsTest#countsMethodsThatTheRouteDoesNotHaveAsOne"),
                new Mutant(
                        "the response to a head that is too slow has no id",
                        "server/Refusals.java",
                        "head.append(RequestId.HEADER).append(\": \").append(id);",
                        "head.append(\"Via: \").append(id);",
                        "server.SlowRequestsIT#endsAHeadThatDrips"),
                new Mutant(
                        "an underscore is in no host",
                        "server/HostField.java",
                        "\"-._~\"",
                        "\"-.~\"",
                        "server.HostFieldTest#readsEveryHostOfRfc3986"),
                new Mutant(
                        "no room is made for a new connection",
                        "server/ClientConnections.java",
                        "if (closeLongestWaiting(now, idleness) || endSlowest(now, wait)) {",
                        "if (idleness + wait < 0) {",
                        "server.HostileConnectionsIT#answersProbesAndServesClientsInGoodOrder"),
                new Mutant(
                        "a shutdown ends without a look at the uploads that it cuts",
                        "lifecycle/TransferEnd.java",
                        "uploads.end(abortTimeout);",
                        "",
                        "fault.UploadsEndIT#leavesNothingOfManyUploadsThatSigtermCutsInEveryStage"));
    }
}
