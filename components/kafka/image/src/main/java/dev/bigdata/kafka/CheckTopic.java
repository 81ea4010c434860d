package dev.bigdata.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A replicated topic that a check makes, fills, reads to its end and deletes. */
final class CheckTopic implements AutoCloseable {
  private static final int PARTITIONS = 3;

  /** For each request: whoever runs the check ends it before, if nothing advances. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final String bootstrap;
  private final String name;
  private final short replicas;
  private final Admin admin;

  CheckTopic(String bootstrap, String name, short replicas) {
    this.bootstrap = bootstrap;
    this.name = name;
    this.replicas = replicas;
    this.admin = Admin.create(settings());
  }

  /** How many brokers there are, one for each replica at least; one that has just started knows of no others for a moment. */
  int awaitBrokers() throws Exception {
    var notYet = new NotYet();
    int brokers = admin.describeCluster().nodes().get().size();
    while (brokers < replicas) {
      notYet.pause("expected at least " + replicas + " brokers, found " + brokers);
      brokers = admin.describeCluster().nodes().get().size();
    }
    return brokers;
  }

  /** How many replicas must have a record before {@code acks=all} is answered. */
  int minimumInSync() {
    return Math.max(1, replicas - 1);
  }

  boolean exists() throws Exception {
    return exists(name);
  }

  boolean exists(String topic) throws Exception {
    return admin.listTopics().names().get().contains(topic);
  }

  /**
   * @param furtherSettings of the topic
   */
  void create(Map<String, String> furtherSettings) throws Exception {
    Map<String, String> settings = new HashMap<>(furtherSettings);
    settings.put("min.insync.replicas", Integer.toString(minimumInSync()));
    admin.createTopics(List.of(new NewTopic(name, PARTITIONS, replicas).configs(settings))).all().get();
    System.out.println("created " + name + " with " + replicas + " replicas");
  }

  /** Writes each value to one of the partitions in turn; returns once all are acknowledged by every replica in sync. */
  void write(List<String> values) throws Exception {
    Properties settings = settings();
    settings.put("acks", "all");
    settings.put("delivery.timeout.ms", (int) PATIENCE.toMillis());
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int index = 0; index < values.size(); index++) {
        acknowledgements.add(producer.send(new ProducerRecord<>(name, index % PARTITIONS, null, values.get(index))));
      }
      producer.flush();
    }
    for (Future<RecordMetadata> acknowledgement : acknowledgements) {
      acknowledgement.get();
    }
    System.out.println("wrote " + values.size() + " records with acks=all");
  }

  /** The number of in-sync replicas of the partition that has the fewest, once all replicas are in sync. */
  int smallestInSync() throws Exception {
    var notYet = new NotYet();
    while (true) {
      List<TopicPartitionInfo> partitions =
          admin.describeTopics(Set.of(name)).allTopicNames().get().get(name).partitions();
      int smallest = partitions.stream().mapToInt(partition -> partition.isr().size()).min().orElse(0);
      if (smallest == replicas) {
        System.out.println("all " + replicas + " replicas of every partition are in sync");
        return smallest;
      }
      notYet.pause("only " + smallest + " of " + replicas + " replicas are in sync");
    }
  }

  /** Everything that is in the topic now. */
  List<String> read() {
    Properties settings = settings();
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("allow.auto.create.topics", "false");
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      Set<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(partition -> new TopicPartition(name, partition))
              .collect(Collectors.toSet());
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<String> values = new ArrayList<>();
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(500))) {
          values.add(found.value());
        }
      }
      System.out.println("read " + values.size() + " records");
      return values;
    }
  }

  /** Returns once it is not listed any more. */
  void delete() throws Exception {
    admin.deleteTopics(List.of(name)).all().get();
    var notYet = new NotYet();
    while (exists()) {
      notYet.pause("the deleted topic is still listed");
    }
  }

  @Override
  public void close() {
    admin.close();
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("client.id", "bigdata-check");
    settings.put("request.timeout.ms", "10000");
    settings.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    return settings;
  }
}
