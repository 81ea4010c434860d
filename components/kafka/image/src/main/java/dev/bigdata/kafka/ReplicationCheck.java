package dev.bigdata.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Proves that records are replicated: a topic of three replicas takes them with {@code acks=all}, every replica is in sync, and
 * exactly what was written under this run's nonce is read back, under another nonce nothing.
 *
 * <p>Argument: the bootstrap address. The last line of output is a JSON object of facts; a failure ends with its reason and exit
 * code 1. The topic is deleted in either case.
 */
public final class ReplicationCheck {
  private static final short REPLICAS = 3;
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 30;
  /** For each step: a machine on which everything starts at once may need it, a broken cluster is found out earlier. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GATHERING = Duration.ofSeconds(15);

  private final String bootstrap;
  private final short replicas;
  private final int minimumInSync;
  private final String nonce = UUID.randomUUID().toString();
  private final String topic = "bigdata-check-" + nonce;

  ReplicationCheck(String bootstrap, short replicas) {
    this.bootstrap = bootstrap;
    this.replicas = replicas;
    this.minimumInSync = Math.max(1, replicas - 1);
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 1) {
        throw new CheckFailure("needs one argument, the bootstrap address");
      }
      new ReplicationCheck(arguments[0], REPLICAS).run();
    } catch (ExecutionException failure) {
      fail(failure.getCause());
    } catch (Exception failure) {
      fail(failure);
    }
  }

  private static void fail(Throwable failure) {
    String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
    System.out.println("FAILED: " + kind + failure.getMessage());
    System.exit(1);
  }

  void run() throws Exception {
    long started = System.nanoTime();
    int brokers;
    int inSync;
    try (Admin admin = Admin.create(settings())) {
      brokers = awaitBrokers(admin);
      AutoCloseable cleanUp = () -> deleteTopic(admin);
      try (cleanUp) {
        createTopic(admin);
        produce();
        inSync = smallestInSync(admin);
        compare(consume());
      }
    }
    System.out.printf(
        "{\"brokers\":%d,\"replicas\":%d,\"inSync\":%d,\"minimumInSync\":%d,\"acks\":\"all\",\"written\":%d,\"read\":%d,"
            + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
        brokers, replicas, inSync, minimumInSync, RECORDS, RECORDS, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  /** A broker that has just started knows of no others for a moment. */
  private int awaitBrokers(Admin admin) throws Exception {
    long deadline = System.nanoTime() + GATHERING.toNanos();
    while (true) {
      int brokers = admin.describeCluster().nodes().get().size();
      if (brokers >= replicas) {
        return brokers;
      }
      if (System.nanoTime() > deadline) {
        throw new CheckFailure("expected at least " + replicas + " brokers, found " + brokers);
      }
      Thread.sleep(500);
    }
  }

  /** Exactly the records of this run, and none that another run would have written. */
  private void compare(List<String> read) {
    String other = UUID.randomUUID().toString();
    long found = read.stream().filter(value -> value.startsWith(nonce)).distinct().count();
    long foundOther = read.stream().filter(value -> value.startsWith(other)).count();
    if (found != RECORDS || read.size() != RECORDS || foundOther != 0) {
      throw new CheckFailure(
          "wrote %d records, read %d: %d of this run, %d of another nonce"
              .formatted(RECORDS, read.size(), found, foundOther));
    }
  }

  private void createTopic(Admin admin) throws Exception {
    NewTopic wanted =
        new NewTopic(topic, PARTITIONS, replicas)
            .configs(Map.of("min.insync.replicas", Integer.toString(minimumInSync)));
    admin.createTopics(List.of(wanted)).all().get();
    System.out.println("created " + topic + " with " + replicas + " replicas");
  }

  private void produce() throws Exception {
    Properties settings = settings();
    settings.put("acks", "all");
    settings.put("delivery.timeout.ms", (int) PATIENCE.toMillis());
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int index = 0; index < RECORDS; index++) {
        producer.send(new ProducerRecord<>(topic, index % PARTITIONS, null, nonce + " " + index));
      }
      producer.flush();
    }
    System.out.println("wrote " + RECORDS + " records with acks=all");
  }

  /** The number of in-sync replicas of the partition that has the fewest, once all replicas are in sync. */
  private int smallestInSync(Admin admin) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<TopicPartitionInfo> partitions =
          admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic).partitions();
      int smallest = partitions.stream().mapToInt(partition -> partition.isr().size()).min().orElse(0);
      if (smallest == replicas) {
        System.out.println("all " + replicas + " replicas of every partition are in sync");
        return smallest;
      }
      if (System.nanoTime() > deadline) {
        throw new CheckFailure("only " + smallest + " of " + replicas + " replicas are in sync");
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private List<String> consume() {
    Properties settings = settings();
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      Set<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(partition -> new TopicPartition(topic, partition))
              .collect(Collectors.toSet());
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<String> values = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        if (System.nanoTime() > deadline) {
          throw new CheckFailure("read only " + values.size() + " records within " + PATIENCE);
        }
        for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(500))) {
          values.add(found.value());
        }
      }
      System.out.println("read " + values.size() + " records");
      return values;
    }
  }

  private void deleteTopic(Admin admin) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (admin.listTopics().names().get().contains(topic)) {
      if (System.nanoTime() > deadline) {
        throw new CheckFailure("the topic is still listed " + PATIENCE + " after it was deleted");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("client.id", "bigdata-check");
    settings.put("request.timeout.ms", "10000");
    settings.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    return settings;
  }

  /** What the check found wrong, in words for people. */
  private static final class CheckFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckFailure(String message) {
      super(message);
    }
  }
}
