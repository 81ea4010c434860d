package dev.bigdata.together;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Presto's REST protocol: a statement is posted, then its {@code nextUri} is followed until there is none. */
final class Presto implements Part {
  private static final String LONGEST = "40s";

  private final String address;
  private final String schema;
  private final String prefix;
  private final Http http;

  /**
   * @param address of the coordinator, {@code http://HOST:PORT}
   * @param user who is asking: only the owner of a table may drop it
   * @param schema of the tables, {@code CATALOG.SCHEMA}
   * @param prefix of the names of this check's tables
   */
  Presto(String address, String user, String schema, String prefix) {
    this.address = address;
    this.http =
        new Http(
            "X-Presto-User", user,
            "X-Presto-Source", "bigdata-together",
            "X-Presto-Session", "query_max_run_time=" + LONGEST);
    this.schema = schema;
    this.prefix = prefix;
  }

  /** Number of rows and sum of the values under one nonce. */
  record Summary(long count, long sum) {}

  @Override
  public String title() {
    return "Presto";
  }

  @Override
  public List<String> remains() throws IOException, InterruptedException {
    awaitWorker();
    List<String> tables = new ArrayList<>();
    for (JsonNode row : run("SHOW TABLES FROM " + schema)) {
      String name = row.path(0).asText();
      if (name.startsWith(prefix)) {
        tables.add(name);
      }
    }
    return tables;
  }

  @Override
  public void remove(String name) throws IOException, InterruptedException {
    run("DROP TABLE %s.%s".formatted(schema, name));
  }

  /** What a table has under a nonce. */
  Summary summary(String table, String nonce) throws IOException, InterruptedException {
    JsonNode row =
        run("SELECT count(*), coalesce(sum(value), 0) FROM %s.%s WHERE nonce = '%s'".formatted(schema, table, nonce))
            .get(0);
    return new Summary(row.path(0).asLong(), row.path(1).asLong());
  }

  private void awaitWorker() throws IOException, InterruptedException {
    var notYet = new NotYet();
    while (activeWorkers() == 0) {
      notYet.pause("no worker is active");
    }
  }

  private int activeWorkers() throws IOException, InterruptedException {
    return http.get(address + "/v1/cluster").path("activeWorkers").asInt();
  }

  private List<JsonNode> run(String statement) throws IOException, InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    JsonNode answer = http.post(address + "/v1/statement", statement);
    while (true) {
      if (answer.has("error")) {
        throw new CheckFailure(
            "%s (%s, %d active workers)".formatted(answer.at("/error/message").asText(), statement, activeWorkers()));
      }
      answer.path("data").forEach(rows::add);
      if (!answer.has("nextUri")) {
        return rows;
      }
      answer = http.get(answer.path("nextUri").asText());
    }
  }
}
