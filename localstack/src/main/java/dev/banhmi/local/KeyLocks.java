package dev.banhmi.local;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One lock for each object of a store: many may read it, or one may write it. Some objects share one, so that their
 * number is bounded; so none is held while a client sends. Thread-safe.
 */
final class KeyLocks {

    private static final int LOCKS = 1024;

    private final ReadWriteLock[] locks =
            Stream.generate(ReentrantReadWriteLock::new).limit(LOCKS).toArray(ReadWriteLock[]::new);

    <T> T reading(String bucket, String key, Supplier<T> read) {
        return holding(locks[indexOf(bucket, key)].readLock(), read);
    }

    <T> T writing(String bucket, String key, Supplier<T> write) {
        return holding(locks[indexOf(bucket, key)].writeLock(), write);
    }

    private static int indexOf(String bucket, String key) {
        // A name with a slash at its end has the path of that without.
        String path = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        return Math.floorMod(31 * bucket.hashCode() + path.hashCode(), LOCKS);
    }

    private static <T> T holding(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
