package dev.bigdata.nifi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Proves that a flow delivers: made by REST, it receives records by HTTP and posts those of this run's nonce to this check, and no
 * others, although they enter the same way. All nodes are connected to their cluster, whose coordinator ZooKeeper elects.
 *
 * <p>Arguments: a node's host, the port of its REST interface, the port that the flow may listen on, and how many nodes there are.
 * The last line of output is a JSON object of facts; a failure ends with its reason and exit code 1. The flow is removed in either
 * case.
 */
public final class DeliveryCheck {
  private static final String PREFIX = "bigdata-check-";
  private static final int RECORDS = 20;
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final Nifi nifi;
  private final String host;
  private final int port;
  private final int expectedNodes;
  private final String nonce = UUID.randomUUID().toString();
  private final String name = PREFIX + nonce;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  private DeliveryCheck(String host, int restPort, int flowPort, int expectedNodes) {
    this.nifi = new Nifi("http://" + host + ":" + restPort + "/nifi-api");
    this.host = host;
    this.port = flowPort;
    this.expectedNodes = expectedNodes;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 4) {
            throw new CheckFailure("needs four arguments: host, REST port, flow port, number of nodes");
          }
          new DeliveryCheck(
                  arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]))
              .run();
        });
  }

  private void run() throws Exception {
    long started = System.nanoTime();
    String coordinator = connectedCoordinator();
    for (String left : nifi.groups(PREFIX)) {
      System.out.println("removing a flow that an interrupted check left: " + left);
      remove(left);
    }
    String other = UUID.randomUUID().toString();
    try (Sink sink = new Sink("/" + name)) {
      String flow = nifi.create(name, definition(sink.url()));
      try {
        nifi.setState(flow, "RUNNING");
        System.out.println("the flow " + name + " runs");
        enter(other);
        enter(nonce);
        verify(awaitAll(flow, sink), other);
      } catch (Exception failure) {
        removeAfter(failure, flow);
        throw failure;
      }
      remove(flow);
    }
    if (!nifi.groups(name).isEmpty()) {
      throw new CheckFailure("the deleted flow is still there");
    }
    System.out.printf(
        "{\"nodes\":%d,\"coordinator\":\"%s\",\"entered\":%d,\"delivered\":%d,\"otherNonceEntered\":%d,"
            + "\"otherNonceDelivered\":0,\"flowRemoved\":true,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
        expectedNodes, coordinator, RECORDS, RECORDS, RECORDS, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  /** The node that coordinates, provided that all are connected. */
  private String connectedCoordinator() throws IOException, InterruptedException {
    List<JsonNode> nodes = nifi.nodes();
    String coordinator = null;
    for (JsonNode node : nodes) {
      String address = node.path("address").asText();
      String status = node.path("status").asText();
      System.out.println(address + " is " + status + " " + node.path("roles"));
      if (!status.equals("CONNECTED")) {
        throw new CheckFailure("the node " + address + " is " + status);
      }
      for (JsonNode role : node.path("roles")) {
        coordinator = role.asText().equals("Cluster Coordinator") ? address : coordinator;
      }
    }
    if (nodes.size() != expectedNodes) {
      throw new CheckFailure("expected " + expectedNodes + " connected nodes, found " + nodes.size());
    }
    if (coordinator == null) {
      throw new CheckFailure("no node coordinates the cluster");
    }
    return coordinator;
  }

  private String definition(String sink) throws IOException {
    try (InputStream resource = DeliveryCheck.class.getResourceAsStream("/flow.json")) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@NAME@", name)
          .replace("@PORT@", Integer.toString(port))
          .replace("@NONCE@", nonce)
          .replace("@SINK@", sink);
    }
  }

  /** Sends every record of a nonce into the flow. */
  private void enter(String ofNonce) throws IOException, InterruptedException {
    for (String record : records(ofNonce)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/" + name))
              .timeout(ANSWER)
              .POST(BodyPublishers.ofString(record))
              .build();
      var notYet = new NotYet();
      while (!accepted(request)) {
        notYet.pause("the flow does not accept records on port " + port);
      }
    }
    System.out.println("entered " + RECORDS + " records of " + ofNonce);
  }

  private boolean accepted(HttpRequest request) throws IOException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException notListeningYet) {
      return false;
    }
  }

  /** What was delivered once this nonce's records were and nothing is on its way any more. */
  private List<String> awaitAll(String flow, Sink sink) throws IOException, InterruptedException {
    var notYet = new NotYet();
    while (sink.received().size() < RECORDS || nifi.queued(flow) > 0) {
      notYet.pause(sink.received().size() + " of " + RECORDS + " records were delivered");
    }
    return sink.received();
  }

  private void verify(List<String> received, String other) {
    long others = received.stream().filter(record -> record.startsWith(other)).count();
    if (!received.stream().sorted().toList().equals(records(nonce).stream().sorted().toList())) {
      throw new CheckFailure(
          "entered %d records, %d were delivered, %d of them of another nonce".formatted(RECORDS, received.size(), others));
    }
    System.out.println("exactly the " + RECORDS + " records of this run were delivered");
  }

  private static List<String> records(String ofNonce) {
    return IntStream.range(0, RECORDS).mapToObj(index -> ofNonce + " " + index).toList();
  }

  private void removeAfter(Exception failure, String flow) {
    try {
      remove(flow);
    } catch (Exception second) {
      failure.addSuppressed(second);
      System.out.println("the flow " + name + " could not be removed: " + second.getMessage());
    }
  }

  private void remove(String flow) throws IOException, InterruptedException {
    nifi.setState(flow, "STOPPED");
    var notYet = new NotYet();
    while (nifi.active(flow) > 0) {
      notYet.pause("the flow does not stop");
    }
    nifi.empty(flow);
    nifi.delete(flow);
  }
}
