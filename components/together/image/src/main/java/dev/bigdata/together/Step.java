package dev.bigdata.together;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** One step of the chain: it tells which system it happened in, and so does its failure. */
final class Step {
  private static final long STARTED = System.nanoTime();

  private Step() {}

  /** Work that gives nothing. */
  interface Work {
    void run() throws Exception;
  }

  /** Does work in a system and returns what it gives. */
  static <T> T in(Part part, Callable<T> work) throws InterruptedException {
    try {
      return work.call();
    } catch (InterruptedException interruption) {
      throw interruption;
    } catch (Exception failure) {
      throw new CheckFailure(part.title() + ": " + reasonOf(failure));
    }
  }

  /** Does work in a system. */
  static void in(Part part, Work work) throws InterruptedException {
    in(
        part,
        () -> {
          work.run();
          return null;
        });
  }

  /** Prints what was done, and how many seconds after the start. */
  static void tell(Part part, String done) {
    System.out.printf("%5.1f s  %s: %s%n", (System.nanoTime() - STARTED) / 1e9, part.title(), done);
  }

  /** What went wrong, in one line. */
  static String reasonOf(Throwable failure) {
    if (failure instanceof ExecutionException && failure.getCause() != null) {
      return reasonOf(failure.getCause());
    }
    String message = firstLine(failure);
    if (failure instanceof CheckFailure) {
      return message;
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String told = failure.getClass().getSimpleName() + ": " + message;
    return message.contains(firstLine(root)) ? told : told + " (" + firstLine(root) + ")";
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
