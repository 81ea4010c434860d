package dev.bigdata.kafka;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import kafka.Kafka;
import kafka.server.KafkaConfig;
import kafka.server.KafkaServer;
import org.apache.kafka.common.utils.LoggingSignalHandler;
import org.apache.kafka.common.utils.Time;
import scala.Option;

/**
 * Starts a broker, unless its data belongs to another cluster than the one in ZooKeeper.
 *
 * <p>Kafka itself would start, invent a cluster where ZooKeeper has none, and die over and over with an exception in the middle of
 * its log. This refuses first, changes nothing, and says as its last words what does not match and what to do.
 *
 * <p>Arguments: the port at which it says whether it is ready, the bytes per second at which partitions move to it, and those of
 * {@code kafka.Kafka}; the first of these is the path of server.properties.
 */
public final class Broker {
  private static final int OWN_ARGUMENTS = 2;

  private Broker() {}

  public static void main(String[] arguments) throws Exception {
    String[] forKafka = Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length);
    Settings settings = new Settings(Kafka.getPropsFromArgs(forKafka), Long.parseLong(arguments[1]));
    Optional<String> stored = settings.clusterOfData();
    if (stored.isPresent()) {
      refuseStrangeData(stored.get(), settings);
    } else {
      settings.beNewcomer();
    }
    KafkaServer server =
        new KafkaServer(KafkaConfig.fromProps(settings.properties()), Time.SYSTEM, Option.empty(), false);
    new LoggingSignalHandler().register();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "kafka-shutdown-hook"));
    Membership membership = new Membership(server, settings);
    Readiness.serve(Integer.parseInt(arguments[0]), membership::missing, membership::isAlive);
    try {
      server.startup();
    } catch (Throwable failure) {
      // It has said why in its log.
      System.exit(1);
    }
    Thread member = new Thread(membership, "Membership");
    member.start();
    server.awaitShutdown();
    if (!membership.hasLeft()) {
      System.exit(0);
    }
  }

  private static void stop(KafkaServer server) {
    try {
      server.shutdown();
    } catch (RuntimeException failure) {
      // It refuses while it starts.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void refuseStrangeData(String stored, Settings settings) throws Exception {
    Optional<String> known;
    try (Registry registry = Registry.connect(settings.zookeeper())) {
      known = registry.clusterId();
    } catch (IOException unreachable) {
      System.err.println(unreachable.getMessage());
      System.exit(1);
      return;
    }
    if (known.isPresent() && known.get().equals(stored)) {
      return;
    }
    System.err.printf(
        "The data in %s belongs to the Kafka cluster %s, but ZooKeeper at %s knows %s.%n"
            + "Nothing was changed. Bring back the ZooKeeper data that belongs to it, or, if the records may be lost, "
            + "delete the claims of this component and install it again.%n",
        settings.data(), stored, settings.zookeeper(), known.map(id -> "the cluster " + id).orElse("no cluster"));
    System.exit(1);
  }
}
