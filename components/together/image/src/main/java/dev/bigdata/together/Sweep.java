package dev.bigdata.together;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Removes what runs of this check have made. */
final class Sweep {
  private final List<Part> parts;

  /**
   * @param parts in the order in which they are swept: who makes something comes before the one that keeps it
   */
  Sweep(List<Part> parts) {
    this.parts = parts;
  }

  /** Removes everything that this run or an interrupted one has made, and throws if something is left anywhere. */
  void all() throws InterruptedException {
    if (remains().isEmpty()) {
      return;
    }
    for (Part part : parts) {
      Step.in(part, () -> clear(part));
    }
    List<String> left = remains();
    if (!left.isEmpty()) {
      throw new CheckFailure("removed, and yet still there: " + String.join(", ", left));
    }
  }

  /** Removes what can be removed after a failure, and says what cannot. */
  void asFarAsPossible() throws InterruptedException {
    for (Part part : parts) {
      try {
        Step.in(part, () -> clear(part));
      } catch (CheckFailure failure) {
        System.out.println("not cleaned up: " + failure.getMessage());
      }
    }
  }

  /** What is there in any system; all are asked at once, as most of the time goes into making connections. */
  private List<String> remains() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(parts.size());
    try {
      List<Future<List<String>>> asked = parts.stream().map(part -> threads.submit(part::remains)).toList();
      List<String> remains = new ArrayList<>();
      for (int index = 0; index < parts.size(); index++) {
        Part part = parts.get(index);
        Future<List<String>> answer = asked.get(index);
        for (String name : Step.in(part, () -> answer.get())) {
          remains.add(part.title() + ": " + name);
        }
      }
      return remains;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void clear(Part part) throws Exception {
    for (String name : part.remains()) {
      part.remove(name);
      Step.tell(part, "removed " + name);
    }
  }
}
