package dev.bigdata.together;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** NiFi's REST interface, as far as flows are made, run, watched and removed by it. */
final class Nifi implements Part {
  private final String address;
  private final String prefix;
  private final String client = UUID.randomUUID().toString();
  private final Http http = new Http("Content-Type", "application/json");

  /**
   * @param address of the interface, {@code http://HOST:PORT/nifi-api}
   * @param prefix of the names of this check's flows
   */
  Nifi(String address, String prefix) {
    this.address = address;
    this.prefix = prefix;
  }

  @Override
  public String title() {
    return "NiFi";
  }

  @Override
  public List<String> remains() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (JsonNode group : groups()) {
      String name = nameOf(group);
      if (name.startsWith(prefix)) {
        names.add(name);
      }
    }
    return names;
  }

  @Override
  public void remove(String name) throws IOException, InterruptedException {
    for (JsonNode group : groups()) {
      if (nameOf(group).equals(name)) {
        removeGroup(group.path("id").asText());
      }
    }
  }

  /** Makes a process group of a flow definition and returns its id. */
  String create(String name, String definition) throws IOException, InterruptedException {
    String boundary = "bigdata-" + UUID.randomUUID();
    StringBuilder form = new StringBuilder();
    Map.of("groupName", name, "positionX", "0", "positionY", "0", "clientId", client)
        .forEach((field, value) -> form.append(part(boundary, "name=\"" + field + "\"", value)));
    form.append(part(boundary, "name=\"file\"; filename=\"flow.json\"\r\nContent-Type: application/json", definition));
    form.append("--").append(boundary).append("--\r\n");
    return new Http("Content-Type", "multipart/form-data; boundary=" + boundary)
        .post(address + "/process-groups/root/process-groups/upload", form.toString())
        .path("id")
        .asText();
  }

  /** Starts or stops everything in a process group: {@code RUNNING} or {@code STOPPED}. */
  void setState(String group, String state) throws IOException, InterruptedException {
    http.put(
        address + "/flow/process-groups/" + group,
        Http.JSON.createObjectNode().put("id", group).put("state", state).toString());
  }

  /** How many records wait for or behind a processor of a group. */
  int queuedFrom(String group, String processor) throws IOException, InterruptedException {
    int queued = 0;
    for (JsonNode connection : status(group).path("connectionStatusSnapshots")) {
      JsonNode snapshot = connection.path("connectionStatusSnapshot");
      if (snapshot.path("sourceName").asText().equals(processor)) {
        queued += snapshot.path("flowFilesQueued").asInt();
      }
    }
    return queued;
  }

  /** What the processors of a group last warned of. */
  List<String> warnings(String group) throws IOException, InterruptedException {
    List<String> warnings = new ArrayList<>();
    for (JsonNode entry : http.get(address + "/flow/bulletin-board?groupId=" + group).at("/bulletinBoard/bulletins")) {
      warnings.add(entry.at("/bulletin/message").asText());
    }
    return warnings;
  }

  private void removeGroup(String group) throws IOException, InterruptedException {
    setState(group, "STOPPED");
    var notYet = new NotYet();
    while (group(group).path("runningCount").asInt() + status(group).path("activeThreadCount").asInt() > 0) {
      notYet.pause("the flow does not stop");
    }
    empty(group);
    long version = group(group).path("revision").path("version").asLong();
    http.delete(address + "/process-groups/" + group + "?version=" + version + "&clientId=" + client);
  }

  /** Drops what waits in the connections of a group. */
  private void empty(String group) throws IOException, InterruptedException {
    // NiFi answers 500 for a group without connections.
    if (status(group).path("flowFilesQueued").asInt() == 0) {
      return;
    }
    String requests = address + "/process-groups/" + group + "/empty-all-connections-requests";
    String request = requests + "/" + http.post(requests, "").at("/dropRequest/id").asText();
    var notYet = new NotYet();
    while (!http.get(request).at("/dropRequest/finished").asBoolean()) {
      notYet.pause("the connections of the flow cannot be emptied");
    }
    http.delete(request);
  }

  private JsonNode groups() throws IOException, InterruptedException {
    return http.get(address + "/process-groups/root/process-groups").path("processGroups");
  }

  private JsonNode group(String group) throws IOException, InterruptedException {
    return http.get(address + "/process-groups/" + group);
  }

  private JsonNode status(String group) throws IOException, InterruptedException {
    return http.get(address + "/flow/process-groups/" + group + "/status").at("/processGroupStatus/aggregateSnapshot");
  }

  private static String nameOf(JsonNode group) {
    return group.at("/component/name").asText();
  }

  private static String part(String boundary, String disposition, String value) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
  }
}
