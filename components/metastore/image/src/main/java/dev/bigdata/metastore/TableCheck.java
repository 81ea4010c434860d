package dev.bigdata.metastore;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;

/**
 * Proves that tables are kept: one made through Thrift is listed, with this run's nonce and a place in the object store, one of
 * another nonce is not, and it is gone once dropped.
 *
 * <p>Arguments: the metastore's address, {@code thrift://host:port}, and the warehouse that its tables must lie in. The last
 * line of output is a JSON object of facts; a failure ends with its reason and exit code 1. The table is dropped in either case.
 */
public final class TableCheck {
  private static final String DATABASE = "default";
  private static final String PREFIX = "bigdata_check_";
  private static final String NONCE = "nonce";
  private static final int PATIENCE_SECONDS = 60;

  private final HiveMetaStoreClient client;
  private final String warehouse;
  private final String nonce = newNonce();
  private final String name = PREFIX + nonce;

  private TableCheck(HiveMetaStoreClient client, String warehouse) {
    this.client = client;
    this.warehouse = warehouse;
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 2) {
        throw new CheckFailure("needs two arguments, the metastore's address and its warehouse");
      }
      HiveConf settings = new HiveConf();
      settings.setVar(HiveConf.ConfVars.METASTOREURIS, arguments[0]);
      settings.setIntVar(HiveConf.ConfVars.METASTORETHRIFTCONNECTIONRETRIES, 1);
      settings.setTimeVar(HiveConf.ConfVars.METASTORE_CLIENT_SOCKET_TIMEOUT, PATIENCE_SECONDS, TimeUnit.SECONDS);
      HiveMetaStoreClient client = new HiveMetaStoreClient(settings);
      try {
        new TableCheck(client, arguments[1]).run();
      } finally {
        client.close();
      }
    } catch (Exception failure) {
      String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
      System.out.println("FAILED: " + kind + String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
      System.exit(1);
    }
  }

  private void run() throws Exception {
    long started = System.nanoTime();
    createTable();
    String location;
    int listedOfAnother;
    try {
      location = locationOfListedTable();
      listedOfAnother = expectAbsent(newNonce());
    } catch (Exception failure) {
      drop();
      throw failure;
    }
    drop();
    expectAbsent(nonce);
    System.out.printf(
        "{\"created\":1,\"listed\":1,\"listedOfAnotherNonce\":%d,\"leftAfterDrop\":0,\"location\":\"%s\",\"nonce\":\"%s\","
            + "\"milliseconds\":%d}%n",
        listedOfAnother, location, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  private void createTable() throws Exception {
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(List.of(new FieldSchema("id", "bigint", nonce)));
    storage.setInputFormat("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat");
    storage.setOutputFormat("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat");
    storage.setSerdeInfo(
        new SerDeInfo(null, "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", Map.of()));
    Table table = new Table();
    table.setDbName(DATABASE);
    table.setTableName(name);
    table.setTableType("MANAGED_TABLE");
    table.setSd(storage);
    table.setPartitionKeys(List.of());
    table.putToParameters(NONCE, nonce);
    client.createTable(table);
    System.out.println("created " + DATABASE + "." + name);
  }

  private String locationOfListedTable() throws Exception {
    List<String> listed = client.getTables(DATABASE, PREFIX + nonce);
    if (!listed.equals(List.of(name))) {
      throw new CheckFailure("expected " + name + " to be listed, found " + listed);
    }
    Table found = client.getTable(DATABASE, name);
    String comment = found.getSd().getCols().get(0).getComment();
    if (!nonce.equals(found.getParameters().get(NONCE)) || !nonce.equals(comment)) {
      throw new CheckFailure(name + " came back without this run's nonce");
    }
    String location = found.getSd().getLocation();
    if (!location.startsWith(warehouse) || !location.endsWith(name)) {
      throw new CheckFailure(name + " lies in " + location + " instead of below " + warehouse);
    }
    System.out.println("listed it, at " + location);
    return location;
  }

  /** The number of tables of a nonce that must have none: 0. */
  private int expectAbsent(String absent) throws Exception {
    List<String> listed = client.getTables(DATABASE, PREFIX + absent);
    if (!listed.isEmpty()) {
      throw new CheckFailure("expected no table of " + absent + ", found " + listed);
    }
    try {
      client.getTable(DATABASE, PREFIX + absent);
      throw new CheckFailure("the metastore returned a table that it does not list: " + PREFIX + absent);
    } catch (NoSuchObjectException expected) {
      return listed.size();
    }
  }

  private void drop() throws Exception {
    client.dropTable(DATABASE, name, true, true);
    System.out.println("dropped it");
  }

  private static String newNonce() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
