package dev.bigdata.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Makes a Kafka cluster fit for pods that are replaced or go: all that serve are in sync, and those that are too many hold no
 * partition and belong to the cluster no more. Only then may their pods go.
 *
 * <p>Arguments: how many brokers there are to be, the name of the StatefulSet and that of its headless Service, the address of
 * ZooKeeper with the path of the cluster, and the bytes per second at which partitions move. The last line of output is a JSON
 * object of facts.
 */
public final class Resize {
  /** Looks, a second apart, after which a cluster without brokers and pods that are to go is let be: what comes may mend it. */
  private static final int LOOKS_ALONE = 20;

  private final int size;
  private final String set;
  private final String service;
  private final long bytesPerSecond;
  private String said = "";

  private Resize(String[] arguments) {
    this.size = Integer.parseInt(arguments[0]);
    this.set = arguments[1];
    this.service = arguments[2];
    this.bytesPerSecond = Long.parseLong(arguments[4]);
  }

  public static void main(String[] arguments) {
    CheckProgram.run(() -> new Resize(arguments).run(arguments[3]));
  }

  private void run(String zookeeper) throws Exception {
    while (true) {
      try (Registry registry = Registry.connect(zookeeper)) {
        resize(registry);
        return;
      } catch (CheckFailure failure) {
        throw failure;
      } catch (Exception notNow) {
        say("tries again: " + notNow);
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private void resize(Registry registry) throws Exception {
    // Whoever was to leave before, and is not any more, comes back.
    registry.tellToLeave(registry.leaving().stream().filter(each -> isTooMany(each.broker())).collect(Collectors.toSet()));
    if (!awaitBrokers(registry)) {
      System.out.printf("{\"brokers\":%d,\"serving\":false}%n", size);
      return;
    }
    try (Moves moves = new Moves(bootstrap(registry.numbers()), bytesPerSecond)) {
      makeFit(registry, moves);
    } catch (CheckFailure refused) {
      registry.tellToLeave(Set.of());
      throw refused;
    }
    System.out.printf("{\"brokers\":%d,\"serving\":true}%n", size);
  }

  private void makeFit(Registry registry, Moves moves) throws Exception {
    // From now on those that are too many take no share; they leave when they have nothing.
    tellToLeave(registry);
    if (!moves.look(() -> staying(registry), true)) {
      moves.setRates(registry.numbers());
    }
    for (long looks = 1; !registry.lockMoves(); looks++) {
      say("waits until a broker has taken its share of the partitions");
      moves.look(() -> staying(registry), looks % 5 == 0);
      TimeUnit.SECONDS.sleep(1);
    }
    finish(registry, moves);
    while (!isFit(registry, moves)) {
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /** Returns when a broker serves; false if none does and none is to go. */
  private boolean awaitBrokers(Registry registry) throws Exception {
    for (int looks = 0; registry.brokers().isEmpty(); looks++) {
      if (looks == LOOKS_ALONE) {
        refuseIfHolding(registry);
        return false;
      }
      say("looks for a broker that serves");
      TimeUnit.SECONDS.sleep(1);
    }
    return true;
  }

  private void refuseIfHolding(Registry registry) throws Exception {
    for (String topic : registry.topics()) {
      Set<Integer> holders = registry.holders(topic);
      if (holders.stream().anyMatch(this::isTooMany)) {
        throw new CheckFailure(
            "no broker serves, so none can hand over its partitions, and topic %s is on brokers %s; bring %d or more back first"
                .formatted(topic, holders, Collections.max(holders) + 1));
      }
    }
  }

  private String bootstrap(Set<Integer> brokers) {
    return brokers.stream().map(each -> host(each) + ":9092").collect(Collectors.joining(","));
  }

  /** Those that serve, and are not to go. */
  private Set<Integer> staying(Registry registry) throws Exception {
    return registry.numbers().stream().filter(each -> !isTooMany(each)).collect(Collectors.toSet());
  }

  /** Those that serve and are too many, beside those that have left already; whether there are any. */
  private boolean tellToLeave(Registry registry) throws Exception {
    Set<Registration> tooMany =
        registry.brokers().stream().filter(each -> isTooMany(each.broker())).collect(Collectors.toSet());
    if (!tooMany.isEmpty()) {
      say("tells brokers to leave: " + tooMany.stream().map(Registration::broker).sorted().toList());
      registry.tellToLeave(Stream.concat(registry.leaving().stream(), tooMany.stream()).collect(Collectors.toSet()));
    }
    return !tooMany.isEmpty();
  }

  /** Waits for what moves, and takes the limits away: they would hold up a broker that is to catch up. */
  private void finish(Registry registry, Moves moves) throws Exception {
    moves.await(() -> staying(registry));
    moves.unthrottle(staying(registry));
  }

  /** Whether nothing is left to do; does the next thing if not. */
  private boolean isFit(Registry registry, Moves moves) throws Exception {
    Set<Integer> serving = registry.numbers();
    Map<TopicPartition, TopicPartitionInfo> partitions = moves.partitions();
    if (partitions.isEmpty() && !registry.topics().isEmpty()) {
      say("waits until a broker knows of the topics");
      return false;
    }
    List<TopicPartition> behind = which(partitions, each -> isBehind(each, serving));
    if (!behind.isEmpty()) {
      say("waits until %d partitions are in sync, %s is one of them".formatted(behind.size(), behind.get(0)));
      return false;
    }
    return !handsOver(registry, moves, partitions) && !isCalledBack(registry, partitions) && !tellToLeave(registry);
  }

  /** Moves what is on brokers that are to leave, and has a leader to be copied from; false if there is nothing. */
  private boolean handsOver(Registry registry, Moves moves, Map<TopicPartition, TopicPartitionInfo> partitions)
      throws Exception {
    Map<TopicPartition, TopicPartitionInfo> led = new HashMap<>(partitions);
    led.values().removeIf(each -> !isLed(each));
    Map<TopicPartition, List<Integer>> replicas = Moves.replicas(led);
    Set<Integer> leaving =
        replicas.values().stream().flatMap(Collection::stream).filter(this::isTooMany).collect(Collectors.toSet());
    if (leaving.isEmpty()) {
      return false;
    }
    Set<Integer> staying = staying(registry);
    if (staying.size() < size) {
      say("waits until all brokers that stay serve, for they take over partitions; now these do: " + staying);
      return true;
    }
    say("moves the partitions of brokers " + leaving);
    moves.start(new Spread(replicas, staying).off(leaving));
    finish(registry, moves);
    return true;
  }

  /** Has a broker come back that left although a partition is on no other: its topic was made in that very moment. */
  private boolean isCalledBack(Registry registry, Map<TopicPartition, TopicPartitionInfo> partitions) throws Exception {
    List<TopicPartition> stranded =
        which(partitions, each -> !isLed(each) && Moves.numbers(each.replicas()).stream().anyMatch(this::isTooMany));
    if (stranded.isEmpty()) {
      return false;
    }
    List<Integer> holders = Moves.numbers(partitions.get(stranded.get(0)).replicas());
    String what = "%s, which is on brokers %s and has no leader".formatted(stranded.get(0), holders);
    if (holders.stream().noneMatch(this::isThere)) {
      throw new CheckFailure("cannot hand over " + what + "; bring such a broker back, or delete the topic");
    }
    say("waits for a broker that has " + what);
    registry.tellToLeave(Set.of());
    return true;
  }

  private static List<TopicPartition> which(
      Map<TopicPartition, TopicPartitionInfo> partitions, Predicate<TopicPartitionInfo> are) {
    return partitions.entrySet().stream().filter(each -> are.test(each.getValue())).map(Map.Entry::getKey).toList();
  }

  private static boolean isLed(TopicPartitionInfo partition) {
    return partition.leader() != null && !partition.leader().isEmpty();
  }

  /** Whether a broker that serves has yet to catch up with the leader. */
  private static boolean isBehind(TopicPartitionInfo partition, Set<Integer> serving) {
    List<Integer> inSync = Moves.numbers(partition.isr());
    return isLed(partition)
        && Moves.numbers(partition.replicas()).stream().anyMatch(each -> serving.contains(each) && !inSync.contains(each));
  }

  private boolean isTooMany(int broker) {
    return broker >= size;
  }

  private String host(int broker) {
    return set + "-" + broker + "." + service;
  }

  /** Whether the pod of a broker has an address. */
  private boolean isThere(int broker) {
    try {
      return InetAddress.getByName(host(broker)) != null;
    } catch (UnknownHostException absent) {
      return false;
    }
  }

  private void say(String now) {
    if (!now.equals(said)) {
      System.out.println(now);
      said = now;
    }
  }
}
