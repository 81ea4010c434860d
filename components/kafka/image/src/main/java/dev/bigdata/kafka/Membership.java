package dev.bigdata.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kafka.server.KafkaServer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in its cluster: a new one takes its share of the partitions; one that is told to leave does, once it has none.
 *
 * <p>What it knows of the cluster is what the controller has told this process.
 */
final class Membership implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final KafkaServer server;
  private final Settings settings;
  private final int broker;
  private volatile boolean left;

  Membership(KafkaServer server, Settings settings) {
    this.server = server;
    this.settings = settings;
    this.broker = server.config().brokerId();
  }

  /** Whether it serves no more, and waits for its pod to go. */
  boolean hasLeft() {
    return left;
  }

  @Override
  public void run() {
    while (true) {
      try (Registry registry = Registry.connect(settings.zookeeper())) {
        follow(registry);
      } catch (Exception failure) {
        LOG.info("Looks again at who belongs to the cluster: {}", failure.toString());
      }
      pause();
    }
  }

  /** Looks once a second, as long as the session lasts. */
  private void follow(Registry registry) throws Exception {
    Optional<Registration> last = Optional.empty();
    while (true) {
      if (!left) {
        last = registry.brokers().stream().filter(each -> each.broker() == broker).findFirst();
      }
      boolean isToLeave = last.isPresent() && registry.leaving().contains(last.get());
      if (left && !isToLeave) {
        LOG.info("Comes back, for nobody wants it to leave any more");
        System.exit(0);
      } else if (!left && isToLeave && view().isPresent() && holds(view().get()).isEmpty()) {
        leave();
      } else if (!left && !isToLeave && settings.isNewcomer() && view().isPresent()) {
        takeShare(registry);
      }
      pause();
    }
  }

  private void leave() throws Exception {
    LOG.info("Leaves the cluster, for it holds no partition");
    // It comes with nothing, should it come back.
    settings.beNewcomer();
    left = true;
    server.shutdown();
  }

  /** One broker after the other, and none while brokers leave. */
  private void takeShare(Registry registry) throws Exception {
    if (!registry.lockMoves()) {
      return;
    }
    try {
      if (view().filter(cluster -> !cluster.topics().isEmpty()).isEmpty() || !moveOnto(registry)) {
        settings.beMember();
      }
    } finally {
      registry.unlockMoves();
    }
  }

  /** Whether there was anything to move. */
  private boolean moveOnto(Registry registry) throws Exception {
    try (Moves moves = new Moves(settings.address(), settings.bytesPerSecond())) {
      // This one may have been killed in the middle.
      moves.await();
      Collection<Integer> brokers = registry.brokers().stream().map(Registration::broker).collect(Collectors.toSet());
      Map<TopicPartition, List<Integer>> targets =
          new Spread(Moves.replicas(moves.partitions()), brokers).onto(broker);
      if (!targets.isEmpty()) {
        LOG.info("Takes its share: {} partitions", targets.size());
        moves.start(targets);
        moves.await();
      }
      moves.unthrottle();
      return !targets.isEmpty();
    }
  }

  /** What this broker lacks of all that it is to have; empty if nothing. */
  Optional<String> missing() {
    if (left) {
      return Optional.of("has left the cluster");
    }
    Optional<Cluster> cluster = view();
    if (cluster.isEmpty()) {
      return Optional.of("does not belong to the cluster yet");
    }
    if (settings.isNewcomer()) {
      return Optional.of("has not taken its share of the partitions yet");
    }
    List<PartitionInfo> behind = holds(cluster.get()).stream().filter(each -> isBehind(each, cluster.get())).toList();
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "is not in sync with %d partitions, %s-%d is one of them"
                .formatted(behind.size(), behind.get(0).topic(), behind.get(0).partition()));
  }

  /** Empty until the controller has told this broker that it belongs to the cluster. */
  private Optional<Cluster> view() {
    if (server.metadataCache() == null) {
      return Optional.empty();
    }
    Cluster cluster =
        server.metadataCache().getClusterMetadata(server.clusterId(), server.config().interBrokerListenerName());
    return Optional.of(cluster).filter(each -> each.nodeById(broker) != null);
  }

  private List<PartitionInfo> holds(Cluster cluster) {
    return cluster.topics().stream()
        .flatMap(topic -> cluster.partitionsForTopic(topic).stream())
        .filter(partition -> isAmong(partition.replicas()))
        .toList();
  }

  /** One without a leader has nothing to catch up with. */
  private boolean isBehind(PartitionInfo partition, Cluster cluster) {
    Node leader = partition.leader();
    return leader != null && cluster.nodeById(leader.id()) != null && !isAmong(partition.inSyncReplicas());
  }

  private boolean isAmong(Node[] nodes) {
    for (Node node : nodes) {
      if (node.id() == broker) {
        return true;
      }
    }
    return false;
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
