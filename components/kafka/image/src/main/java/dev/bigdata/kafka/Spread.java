package dev.bigdata.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Which brokers have which replicas, and how few of them move so that a broker has its share, or none. Pure.
 *
 * <p>The first replica of a partition is the one that leads it if it can; whoever takes the place of another takes that, too.
 */
final class Spread {
  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private final Map<TopicPartition, List<Integer>> replicas = new TreeMap<>(ORDER);
  private final Map<TopicPartition, List<Integer>> moved = new TreeMap<>(ORDER);
  private final Map<Integer, Integer> held = new HashMap<>();
  private final Map<Integer, Integer> led = new HashMap<>();

  /**
   * @param replicas of each partition, the one that is to lead first
   * @param brokers that may get more of them
   */
  Spread(Map<TopicPartition, List<Integer>> replicas, Collection<Integer> brokers) {
    this.replicas.putAll(replicas);
    for (int broker : brokers) {
      held.put(broker, 0);
      led.put(broker, 0);
    }
    for (List<Integer> each : replicas.values()) {
      each.forEach(broker -> held.computeIfPresent(broker, (same, count) -> count + 1));
      led.computeIfPresent(each.get(0), (same, count) -> count + 1);
    }
  }

  /** The partitions that get other replicas, so that a broker has as many as the others have on average. */
  Map<TopicPartition, List<Integer>> onto(int newcomer) {
    fill(newcomer, led, true);
    fill(newcomer, held, false);
    return moved;
  }

  /** Takes from whoever has the most, until the newcomer has its share. */
  private void fill(int newcomer, Map<Integer, Integer> counts, boolean leading) {
    int share = counts.values().stream().mapToInt(Integer::intValue).sum() / counts.size();
    Map<Integer, Deque<TopicPartition>> given = new HashMap<>();
    replicas.forEach(
        (partition, brokers) -> {
          if (!brokers.contains(newcomer)) {
            List<Integer> donors = leading ? brokers.subList(0, 1) : brokers.subList(1, brokers.size());
            donors.forEach(broker -> given.computeIfAbsent(broker, any -> new ArrayDeque<>()).add(partition));
          }
        });
    given.keySet().retainAll(counts.keySet());
    while (counts.get(newcomer) < share && !given.isEmpty()) {
      int donor = Collections.max(given.keySet(), Comparator.comparing(counts::get));
      TopicPartition next = given.get(donor).poll();
      if (next == null || counts.get(donor) <= counts.get(newcomer)) {
        given.remove(donor);
      } else if (!replicas.get(next).contains(newcomer)) {
        replace(next, donor, newcomer);
      }
    }
  }

  /** The partitions that get other replicas, so that some brokers have none. */
  Map<TopicPartition, List<Integer>> off(Set<Integer> leaving) {
    for (TopicPartition partition : List.copyOf(replicas.keySet())) {
      for (int broker : replicas.get(partition)) {
        if (leaving.contains(broker)) {
          replace(partition, broker, successor(partition, broker));
        }
      }
    }
    return moved;
  }

  private int successor(TopicPartition partition, int leaving) {
    List<Integer> now = replicas.get(partition);
    Map<Integer, Integer> first = now.get(0) == leaving ? led : held;
    return held.keySet().stream()
        .filter(broker -> !now.contains(broker))
        .min(Comparator.<Integer>comparingInt(first::get).thenComparing(held::get))
        .orElseThrow(
            () ->
                new CheckFailure(
                    "%s has %d replicas, more than the %d brokers that would stay; give its topic fewer first"
                        .formatted(partition, now.size(), held.size())));
  }

  private void replace(TopicPartition partition, int broker, int by) {
    List<Integer> next = new ArrayList<>(replicas.get(partition));
    int position = next.indexOf(broker);
    next.set(position, by);
    replicas.put(partition, next);
    moved.put(partition, next);
    held.computeIfPresent(broker, (same, count) -> count - 1);
    held.merge(by, 1, Integer::sum);
    if (position == 0) {
      led.computeIfPresent(broker, (same, count) -> count - 1);
      led.merge(by, 1, Integer::sum);
    }
  }
}
