package dev.banhmi.local.mutants;

import java.util.List;

/** What the launcher's tests have to see. */
final class LauncherFaults {

    private LauncherFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a directory is left with the file that showed that it is writable",
                        "DataDirectory.java",
                        "Files.delete(Files.createTempFile(directory, \".banhmi-\", \".probe\"));",
                        "Files.createTempFile(directory, \".banhmi-\", \".probe\");",
                        "DataDirectoryTest#namesTheFileInTheWayOfABucketAndLeavesNoOtherBucket"),
                new Mutant(
                        "objects are kept in another directory than --data names",
                        "LocalLauncher.java",
                        "EmbeddedStore.start(data.root())",
                        "EmbeddedStore.start(data.root().resolveSibling(\"elsewhere\"))",
                        "LocalLauncherIT#servesEveryBucketAndAStartPageThatItOpens"),
                new Mutant(
                        "a port that is taken is found out by the gateway",
                        "LocalLauncher.java",
                        "InetAddress.ofLiteral(LOOPBACK), port)",
                        "InetAddress.ofLiteral(LOOPBACK), 0)",
                        "LauncherRefusalsIT#saysWhichPortIsTaken"),
                new Mutant(
                        "a condition is not looked at again before the write",
                        "Conditions.java",
                        "require(ifMatch == null || isVersion(object, ifMatch));",
                        "",
                        "ExclusiveStoreTest#writesOnlyOnTheVersionThatIsNamed"),
                new Mutant(
                        "writers over one version do not exclude each other",
                        "KeyLocks.java",
                        "lock.lock();",
                        "lock = new ReentrantReadWriteLock().writeLock(); lock.lock();",
                        "KeyLocksTest#letsOneWriteAKeyAtATime"),
                new Mutant(
                        "an object is listed while it is written",
                        "Draft.java",
                        "\".mpus-drafts\"",
                        "\"drafts\"",
                        "ExclusiveStoreTest#leavesNoPartOfAnObjectToTheNextStart"),
                new Mutant(
                        "a part that comes after the abort stays",
                        "ExclusiveStore.java",
                        "delegate().abortMultipartUpload(upload);\n            throw e;",
                        "throw e;",
                        "OpenUploadsTest#keepsNoPartThatComesAfterTheAbort"),
                new Mutant(
                        "a link in the data directory is written over",
                        "ObjectFile.java",
                        "return !attributes.isRegularFile() && !attributes.isDirectory();",
                        "return false;",
                        "OtherFilesTest#isNotReplaced"),
                new Mutant(
                        "a listing has the order of UTF-16",
                        "BucketListing.java",
                        "Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b))",
                        "Character.compare(a, b)",
                        "BucketListingTest#listsWhatS3Lists"),
                new Mutant(
                        "a listing is without what cannot be opened for want of descriptors",
                        "UnreadableEntries.java",
                        "            throw reason;",
                        "            return;",
                        "UnreadableEntriesTest#leavesNothingOutThatPasses"),
                new Mutant(
                        "clients fill the log and the memory with prefixes of a closed directory",
                        "UnreadableEntries.java",
                        "isDenied ? closed(entry) : entry",
                        "entry",
                        "UnreadableEntriesTest#namesTheDirectoryThatIsClosedForWhateverWouldBeInIt"),
                new Mutant(
                        "a file whose name is no text is listed under a name that it does not have",
                        "BucketListing.java",
                        "                        && listed.hasAName(directory, entry)\n",
                        "",
                        "BucketListingTest#leavesOutWhatHasNoName"),
                new Mutant(
                        "a directory without an object is a common prefix",
                        "BucketListing.java",
                        "hasRoomFor(name) && listed.holdsAnObject(directory)",
                        "hasRoomFor(name)",
                        "BucketListingTest#foldsNoDirectoryWithoutAnObject"),
                new Mutant(
                        "a part that the permissions do not allow is a fault that may pass",
                        "PermittedUploads.java",
                        "FilePermissions.use(() -> super.uploadMultipartPart(upload, request, payload))",
                        "super.uploadMultipartPart(upload, request, payload)",
                        "FilePermissionsTest#refusesUploadsInParts"),
                new Mutant(
                        "a completion fails whose parts cannot be removed",
                        "PermittedUploads.java",
                        "complete = true;",
                        "complete = false;",
                        "FilePermissionsTest#completesAnUploadWhosePartsItMayNotRemove"),
                new Mutant(
                        "what a killed launcher left of uploads stays",
                        "LeftUploads.java",
                        "PREFIXES.stream().anyMatch(name::startsWith)",
                        "name.isEmpty()",
                        "LeftUploadsTest#keepsObjectsAndWhatIsNotServed"),
                new Mutant(
                        "what a killed launcher left of a trial stays",
                        "LeftUploads.java",
                        "Draft.removeTree(races);",
                        "",
                        "LeftUploadsTest#removesTheObjectOfATrialOfConditionalWrites"),
                new Mutant(
                        "a second launcher gets the same directory",
                        "DataDirectory.java",
                        "channel.tryLock(LOCKED_BYTE, 1, false) == null",
                        "!channel.isOpen()",
                        "LauncherUploadsIT#aSecondLauncherIsRefusedAndChangesNothing"));
    }
}
