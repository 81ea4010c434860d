package dev.bigdata.presto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Statements by Presto's REST protocol: one is posted, then its {@code nextUri} is followed until there is none. */
final class Presto {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final String LONGEST = "100s";

  /** Errors of a cluster whose room other queries have. */
  private static final Set<String> BUSY = Set.of("QUERY_QUEUE_FULL", "CLUSTER_OUT_OF_MEMORY");

  private static final int SHOWN = 120;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  /**
   * @param address of the coordinator, {@code http://HOST:PORT}
   */
  Presto(String address) {
    this.address = address;
  }

  /** How many workers the coordinator can use now. */
  int activeWorkers() throws IOException, InterruptedException {
    return send(request(address + "/v1/cluster").GET()).path("activeWorkers").asInt();
  }

  /** How many workers announce themselves to the coordinator, whether it can use them or not. */
  int announcedWorkers() throws IOException, InterruptedException {
    int workers = 0;
    for (JsonNode service : send(request(address + "/v1/service/presto").GET()).path("services")) {
      if (!service.path("properties").path("coordinator").asBoolean()) {
        workers++;
      }
    }
    return workers;
  }

  /** What the coordinator's failure detector says about the workers that it does not use. */
  String failedWorkers() throws IOException, InterruptedException {
    return send(request(address + "/v1/node/failed").GET()).toString();
  }

  /** Runs a statement and returns its rows. */
  List<JsonNode> run(String statement) throws IOException, InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    JsonNode answer = send(request(address + "/v1/statement").POST(BodyPublishers.ofString(statement)));
    while (true) {
      if (answer.has("error")) {
        JsonNode error = answer.path("error");
        String message = error.path("message").asText() + ", in " + beginning(statement);
        throw BUSY.contains(error.path("errorName").asText()) ? new NoRoom(message) : new CheckFailure(message);
      }
      answer.path("data").forEach(rows::add);
      if (!answer.has("nextUri")) {
        return rows;
      }
      answer = send(request(answer.path("nextUri").asText()).GET());
    }
  }

  private static String beginning(String statement) {
    return statement.length() <= SHOWN ? statement : statement.substring(0, SHOWN) + "…";
  }

  /** The first column of the rows of a statement. */
  List<String> column(String statement) throws IOException, InterruptedException {
    return run(statement).stream().map(row -> row.path(0).asText()).toList();
  }

  private static HttpRequest.Builder request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri))
        .timeout(ANSWER)
        .header("X-Presto-User", "bigdata-check")
        .header("X-Presto-Source", "bigdata-check")
        .header("X-Presto-Session", "query_max_run_time=" + LONGEST);
  }

  private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new CheckFailure(request.uri() + " answered " + response.statusCode() + ": " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (ConnectException failure) {
      throw new CheckFailure(address + " cannot be reached");
    }
  }
}
