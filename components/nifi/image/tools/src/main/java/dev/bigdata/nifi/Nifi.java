package dev.bigdata.nifi;

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
import java.util.Map;
import java.util.UUID;

/** The part of NiFi's REST interface that makes, runs and removes a flow. */
final class Nifi {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int UNAVAILABLE = 503;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;
  private final String client = UUID.randomUUID().toString();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  /**
   * @param address of the interface, {@code http://HOST:PORT/nifi-api}
   */
  Nifi(String address) {
    this.address = address;
  }

  /** The members of the cluster as its coordinator sees them. */
  List<JsonNode> nodes() throws IOException, InterruptedException {
    List<JsonNode> nodes = new ArrayList<>();
    get("/controller/cluster").path("cluster").path("nodes").forEach(nodes::add);
    return nodes;
  }

  /** The ids of the top process groups whose names begin with a prefix. */
  List<String> groups(String prefix) throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    for (JsonNode group : get("/process-groups/root/process-groups").path("processGroups")) {
      if (group.path("component").path("name").asText().startsWith(prefix)) {
        ids.add(group.path("id").asText());
      }
    }
    return ids;
  }

  /** Makes a process group of a flow definition and returns its id. */
  String create(String name, String definition) throws IOException, InterruptedException {
    String boundary = "bigdata-" + UUID.randomUUID();
    StringBuilder form = new StringBuilder();
    Map.of("groupName", name, "positionX", "0", "positionY", "0", "clientId", client)
        .forEach((field, value) -> form.append(part(boundary, "name=\"" + field + "\"", value)));
    form.append(part(boundary, "name=\"file\"; filename=\"flow.json\"\r\nContent-Type: application/json", definition));
    form.append("--").append(boundary).append("--\r\n");
    HttpRequest.Builder request =
        request("/process-groups/root/process-groups/upload")
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(BodyPublishers.ofString(form.toString()));
    return send(request).path("id").asText();
  }

  /** Starts or stops everything in a process group: {@code RUNNING} or {@code STOPPED}. */
  void setState(String group, String state) throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("id", group).put("state", state).toString();
    send(json("/flow/process-groups/" + group).PUT(BodyPublishers.ofString(body)));
  }

  JsonNode group(String group) throws IOException, InterruptedException {
    return get("/process-groups/" + group);
  }

  /** The processors of a group, not those of groups in it. */
  List<JsonNode> processors(String group) throws IOException, InterruptedException {
    List<JsonNode> processors = new ArrayList<>();
    get("/process-groups/" + group + "/processors")
        .path("processors")
        .forEach(processor -> processors.add(processor.path("component")));
    return processors;
  }

  /** How many processors of a group run or have a thread left. */
  int active(String group) throws IOException, InterruptedException {
    return group(group).path("runningCount").asInt() + status(group).path("activeThreadCount").asInt();
  }

  /** How many records wait in the connections of a group. */
  int queued(String group) throws IOException, InterruptedException {
    return status(group).path("flowFilesQueued").asInt();
  }

  /** Drops what waits in the connections of a group. */
  void empty(String group) throws IOException, InterruptedException {
    // NiFi answers 500 for a group without connections.
    if (queued(group) == 0) {
      return;
    }
    String requests = "/process-groups/" + group + "/empty-all-connections-requests";
    JsonNode drop = send(request(requests).POST(BodyPublishers.noBody())).path("dropRequest");
    String request = requests + "/" + drop.path("id").asText();
    var notYet = new NotYet();
    while (!get(request).path("dropRequest").path("finished").asBoolean()) {
      notYet.pause("the connections of the flow could not be emptied");
    }
    send(request(request).DELETE());
  }

  /** Removes a stopped, empty process group. */
  void delete(String group) throws IOException, InterruptedException {
    long version = group(group).path("revision").path("version").asLong();
    send(request("/process-groups/" + group + "?version=" + version + "&clientId=" + client).DELETE());
  }

  private JsonNode status(String group) throws IOException, InterruptedException {
    return get("/flow/process-groups/" + group + "/status").path("processGroupStatus").path("aggregateSnapshot");
  }

  private static String part(String boundary, String disposition, String value) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
  }

  private HttpRequest.Builder json(String path) {
    return request(path).header("Content-Type", "application/json");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER);
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** NiFi does nothing while no coordinator is elected, and asks to be asked again. */
  private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<String> response = answer(request);
    if (response.statusCode() == UNAVAILABLE) {
      var notYet = new NotYet();
      while (response.statusCode() == UNAVAILABLE) {
        notYet.pause(complaint(request, response) + ", and nothing else");
        response = answer(request);
      }
    }
    if (response.statusCode() >= 300) {
      throw new CheckFailure(complaint(request, response));
    }
    return JSON.readTree(response.body());
  }

  private HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (ConnectException failure) {
      throw new CheckFailure(address + " cannot be reached");
    }
  }

  private static String complaint(HttpRequest request, HttpResponse<String> response) {
    return request.method() + " " + request.uri().getPath() + " answered " + response.statusCode() + ": " + response.body();
  }
}
