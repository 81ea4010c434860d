package dev.bigdata.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Partitions that move from broker to broker, with a limit on how fast.
 *
 * <p>Kafka itself remembers what moves, and goes on when whoever asked for it is gone.
 */
final class Moves implements AutoCloseable {
  private static final String LEADER_RATE = "leader.replication.throttled.rate";
  private static final String FOLLOWER_RATE = "follower.replication.throttled.rate";
  private static final String LEADER_REPLICAS = "leader.replication.throttled.replicas";
  private static final String FOLLOWER_REPLICAS = "follower.replication.throttled.replicas";
  private static final int REQUEST_MILLISECONDS = 30_000;

  /** For a request and its repetitions: a machine on which everything moves at once may be slow. */
  private static final int PATIENCE_MILLISECONDS = 180_000;

  /** Which brokers there are at a moment. */
  interface Brokers {
    Set<Integer> get() throws Exception;
  }

  private final Admin admin;
  private final long bytesPerSecond;
  private String said = "";

  /** Bytes of moves that are over. */
  private long over;

  /** Bytes of those that go on. */
  private long moving;

  /**
   * @param bytesPerSecond that a broker sends, and that it receives, at most
   */
  Moves(String bootstrap, long bytesPerSecond) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("client.id", "bigdata-moves");
    settings.put("default.api.timeout.ms", PATIENCE_MILLISECONDS);
    settings.put("request.timeout.ms", REQUEST_MILLISECONDS);
    this.admin = Admin.create(settings);
    this.bytesPerSecond = bytesPerSecond;
  }

  /** All partitions of all topics, those of Kafka's own included. */
  Map<TopicPartition, TopicPartitionInfo> partitions() throws Exception {
    Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    Map<TopicPartition, TopicPartitionInfo> found = new HashMap<>();
    for (var each : admin.describeTopics(topics).topicNameValues().entrySet()) {
      unlessGone(each.getValue())
          .ifPresent(
              topic ->
                  topic.partitions().forEach(one -> found.put(new TopicPartition(topic.name(), one.partition()), one)));
    }
    return found;
  }

  /** The brokers that have the replicas of each partition. */
  static Map<TopicPartition, List<Integer>> replicas(Map<TopicPartition, TopicPartitionInfo> partitions) {
    return partitions.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> numbers(each.getValue().replicas())));
  }

  static List<Integer> numbers(Collection<Node> brokers) {
    return brokers.stream().map(Node::id).toList();
  }

  /** Starts moves; returns when Kafka has taken them. */
  void start(Map<TopicPartition, List<Integer>> targets) throws Exception {
    throttle(targets);
    var wanted =
        targets.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, each -> Optional.of(new NewPartitionReassignment(each.getValue()))));
    for (KafkaFuture<Void> taken : admin.alterPartitionReassignments(wanted).values().values()) {
      unlessGone(taken);
    }
  }

  /**
   * Returns when nothing moves any more, whoever started it; says meanwhile how far it is.
   *
   * @param possible the brokers between which moves can end now: what would need another is given up
   */
  void await(Brokers possible) throws Exception {
    for (long looks = 0; !look(possible, looks % 5 == 0); looks++) {
      TimeUnit.SECONDS.sleep(1);
    }
    over += moving;
    moving = 0;
  }

  /** Whether nothing moves any more. */
  boolean look(Brokers possible, boolean isToSay) throws Exception {
    var left = admin.listPartitionReassignments().reassignments().get();
    giveUp(left, possible.get());
    if (isToSay && !left.isEmpty()) {
      say(left);
    }
    return left.isEmpty();
  }

  /** Without that, a move to a broker that never comes back would last for ever, and Kafka lets nobody else move that partition. */
  private void giveUp(Map<TopicPartition, PartitionReassignment> left, Set<Integer> possible) throws Exception {
    Map<TopicPartition, Optional<NewPartitionReassignment>> futile = new HashMap<>();
    left.forEach(
        (partition, move) -> {
          List<Integer> target = new ArrayList<>(move.replicas());
          target.removeAll(move.removingReplicas());
          if (!possible.containsAll(target)) {
            futile.put(partition, Optional.empty());
          }
        });
    if (!futile.isEmpty()) {
      System.out.println("gives up to move " + futile.keySet() + ", for not all brokers that it needs are there");
      for (KafkaFuture<Void> answer : admin.alterPartitionReassignments(futile).values().values()) {
        unlessOver(answer);
      }
    }
  }

  private static void unlessOver(KafkaFuture<Void> answer) throws Exception {
    try {
      unlessGone(answer);
    } catch (ExecutionException failure) {
      if (!(failure.getCause() instanceof NoReassignmentInProgressException)) {
        throw failure;
      }
    }
  }

  private void say(Map<TopicPartition, PartitionReassignment> left) throws Exception {
    long there = 0;
    long all = 0;
    Map<Integer, Map<TopicPartition, Long>> sizes = sizes();
    for (var each : left.entrySet()) {
      PartitionReassignment move = each.getValue();
      long size =
          move.replicas().stream().mapToLong(broker -> sizeOn(sizes, broker, each.getKey())).max().orElse(0);
      all += size * move.addingReplicas().size();
      there += move.addingReplicas().stream().mapToLong(broker -> sizeOn(sizes, broker, each.getKey())).sum();
    }
    moving = Math.max(moving, all);
    // What has moved already is not listed any more.
    long done = moving - all + there;
    String now = "progress: %d of %d bytes; %d partitions move".formatted(over + done, over + moving, left.size());
    if (!now.equals(said)) {
      System.out.println(now);
      said = now;
    }
  }

  private static long sizeOn(Map<Integer, Map<TopicPartition, Long>> sizes, int broker, TopicPartition partition) {
    return sizes.getOrDefault(broker, Map.of()).getOrDefault(partition, 0L);
  }

  /** Bytes of each partition on each broker. */
  private Map<Integer, Map<TopicPartition, Long>> sizes() throws Exception {
    List<Integer> brokers = numbers(admin.describeCluster().nodes().get());
    Map<Integer, Map<TopicPartition, Long>> found = new HashMap<>();
    for (var each : admin.describeLogDirs(brokers).allDescriptions().get().entrySet()) {
      Map<TopicPartition, Long> sizes = new HashMap<>();
      for (LogDirDescription folder : each.getValue().values()) {
        folder.replicaInfos().forEach((partition, replica) -> sizes.merge(partition, replica.size(), Long::sum));
      }
      found.put(each.getKey(), sizes);
    }
    return found;
  }

  /** Limits what is sent for these moves, and nothing else: replicas that follow as ever go on as ever. */
  private void throttle(Map<TopicPartition, List<Integer>> targets) throws Exception {
    Map<TopicPartition, List<Integer>> now = replicas(partitions());
    Map<String, List<String>> from = new HashMap<>();
    Map<String, List<String>> to = new HashMap<>();
    targets.forEach(
        (partition, next) -> {
          List<Integer> before = now.getOrDefault(partition, List.of());
          before.forEach(broker -> list(from, partition, broker));
          next.stream().filter(broker -> !before.contains(broker)).forEach(broker -> list(to, partition, broker));
        });
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    from.forEach(
        (topic, replicas) ->
            changes.put(
                topic(topic),
                List.of(
                    set(LEADER_REPLICAS, String.join(",", replicas)),
                    set(FOLLOWER_REPLICAS, String.join(",", to.getOrDefault(topic, List.of()))))));
    alter(changes);
    Set<Integer> brokers = new HashSet<>();
    targets.forEach(
        (partition, next) -> {
          brokers.addAll(next);
          brokers.addAll(now.getOrDefault(partition, List.of()));
        });
    setRates(brokers);
  }

  /**
   * Also of what moves already: whoever finds it too slow has said so since.
   *
   * @param brokers that serve: each answers for itself
   */
  void setRates(Set<Integer> brokers) throws Exception {
    String rate = Long.toString(bytesPerSecond);
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (int broker : brokers) {
      changes.put(broker(broker), List.of(set(LEADER_RATE, rate), set(FOLLOWER_RATE, rate)));
    }
    alter(changes);
  }

  /**
   * Takes the limits away again, also those of whoever began and could not end; nothing must move any more.
   *
   * @param brokers that serve, and do not leave meanwhile: each answers for itself
   */
  void unthrottle(Set<Integer> brokers) throws Exception {
    List<ConfigResource> all = new ArrayList<>();
    admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().forEach(name -> all.add(topic(name)));
    brokers.forEach(number -> all.add(broker(number)));
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (var each : admin.describeConfigs(all).values().entrySet()) {
      List<AlterConfigOp> limits =
          unlessGone(each.getValue()).map(Config::entries).orElse(List.of()).stream()
              .filter(Moves::isLimit)
              .map(entry -> new AlterConfigOp(new ConfigEntry(entry.name(), ""), OpType.DELETE))
              .toList();
      if (!limits.isEmpty()) {
        changes.put(each.getKey(), limits);
      }
    }
    alter(changes);
  }

  private static boolean isLimit(ConfigEntry entry) {
    return switch (entry.source()) {
      case DYNAMIC_TOPIC_CONFIG, DYNAMIC_BROKER_CONFIG ->
          Set.of(LEADER_RATE, FOLLOWER_RATE, LEADER_REPLICAS, FOLLOWER_REPLICAS).contains(entry.name());
      default -> false;
    };
  }

  private void alter(Map<ConfigResource, Collection<AlterConfigOp>> changes) throws Exception {
    for (KafkaFuture<Void> changed : admin.incrementalAlterConfigs(changes).values().values()) {
      unlessGone(changed);
    }
  }

  private static void list(Map<String, List<String>> replicas, TopicPartition partition, int broker) {
    replicas.computeIfAbsent(partition.topic(), topic -> new ArrayList<>()).add(partition.partition() + ":" + broker);
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static ConfigResource broker(int number) {
    return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(number));
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
  }

  /** The answer; empty if its topic was deleted meanwhile. */
  private static <T> Optional<T> unlessGone(KafkaFuture<T> answer) throws Exception {
    try {
      return Optional.ofNullable(answer.get());
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
