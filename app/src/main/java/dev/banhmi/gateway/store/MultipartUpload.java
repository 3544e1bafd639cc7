package dev.banhmi.gateway.store;

/**
 * An open multipart upload: invisible, but paid for, until it is completed or aborted.
 *
 * @param key where the object will be
 * @param id the store's id of the upload
 */
public record MultipartUpload(ObjectKey key, String id) {}
