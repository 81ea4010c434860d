package dev.bigdata.together;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Livy's REST interface, as far as applications are run by it as batches. */
final class Livy implements Part {
  private static final Set<String> ENDS = Set.of("success", "dead", "error", "killed");
  private static final int MOST = 1_000;

  private final String batches;
  private final String prefix;
  private final Http http = new Http("Content-Type", "application/json", "X-Requested-By", "bigdata-together");

  /**
   * @param address of the server, {@code http://HOST:PORT}
   * @param prefix of the names of this check's batches
   */
  Livy(String address, String prefix) {
    this.batches = address + "/batches";
    this.prefix = prefix;
  }

  @Override
  public String title() {
    return "Livy";
  }

  @Override
  public List<String> remains() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (JsonNode batch : all()) {
      if (batch.path("name").asText().startsWith(prefix)) {
        names.add(batch.path("name").asText());
      }
    }
    return names;
  }

  @Override
  public void remove(String name) throws IOException, InterruptedException {
    for (JsonNode batch : all()) {
      if (batch.path("name").asText().equals(name)) {
        http.delete(batches + "/" + batch.path("id").asInt());
      }
    }
  }

  /** Has Spark run an application, and waits for its end. */
  void run(String name, String file, String... arguments) throws IOException, InterruptedException {
    ObjectNode request = Http.JSON.createObjectNode().put("name", name).put("file", file);
    request.set("args", Http.JSON.valueToTree(arguments));
    // One executor: each further one costs more to start than there is to do.
    request.putObject("conf").put("spark.ui.enabled", "false").put("spark.cores.max", "1");
    String batch = batches + "/" + http.post(batches, request.toString()).path("id").asInt();
    var notYet = new NotYet();
    String state = state(batch);
    while (!ENDS.contains(state)) {
      notYet.pause("the batch is " + state + ": has Spark no room for it?");
      state = state(batch);
    }
    if (!state.equals("success")) {
      throw new CheckFailure("the batch is " + state + ": " + reason(batch));
    }
  }

  private JsonNode all() throws IOException, InterruptedException {
    return http.get(batches + "?from=0&size=" + MOST).path("sessions");
  }

  private String state(String batch) throws IOException, InterruptedException {
    return http.get(batch + "/state").path("state").asText();
  }

  /** The last line of the log that looks like the reason of a failure. */
  private String reason(String batch) throws IOException, InterruptedException {
    String last = "it logged nothing";
    String reason = null;
    for (JsonNode line : http.get(batch + "/log?size=" + MOST).path("log")) {
      last = line.asText().isBlank() ? last : line.asText().strip();
      reason = last.contains("Exception") || last.contains("Error") ? last : reason;
    }
    return reason == null ? last : reason;
  }
}
