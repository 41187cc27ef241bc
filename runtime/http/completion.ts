// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Answers a request with a promise that tells the handler when its response is
 * complete.
 *
 * @param answer Answers the request, and resolves the completion at the end. If
 * it throws, the completion is rejected with the same error.
 * @returns What `answer` returns.
 */
export async function withCompletion<T>(
  answer: (completion: PromiseWithResolvers<void>) => Promise<T>,
): Promise<T> {
  const completion = Promise.withResolvers<void>();
  // A handler that does not await it must not fail by its rejection.
  completion.promise.catch(() => {});
  try {
    return await answer(completion);
  } catch (error) {
    completion.reject(error);
    throw error;
  }
}
