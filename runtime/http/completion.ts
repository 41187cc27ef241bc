// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Answers a request of which the handler can await the end.
 *
 * @param answer Answers it, and resolves the completion at its end. If it
 * throws, the completion is rejected with the same error.
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
