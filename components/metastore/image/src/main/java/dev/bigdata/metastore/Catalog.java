package dev.bigdata.metastore;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;

/** What checks ask of a metastore: databases, and tables that carry a mark as a parameter and as the comment of their column. */
final class Catalog implements AutoCloseable {
  private static final String MARK = "bigdata.mark";
  private static final int PATIENCE_SECONDS = 60;

  private final HiveMetaStoreClient client;

  /**
   * @param address {@code thrift://host:port}
   */
  Catalog(String address) throws Exception {
    HiveConf settings = new HiveConf();
    settings.setVar(HiveConf.ConfVars.METASTOREURIS, address);
    settings.setIntVar(HiveConf.ConfVars.METASTORETHRIFTCONNECTIONRETRIES, 1);
    settings.setTimeVar(HiveConf.ConfVars.METASTORE_CLIENT_SOCKET_TIMEOUT, PATIENCE_SECONDS, TimeUnit.SECONDS);
    this.client = new HiveMetaStoreClient(settings);
  }

  boolean hasDatabase(String database) throws Exception {
    return !client.getDatabases(database).isEmpty();
  }

  void createDatabase(String database) throws Exception {
    client.createDatabase(new Database(database, "Made by a sentinel.", null, Map.of()));
    System.out.println("created the database " + database);
  }

  /** Drops it with all its tables and their folders. */
  void dropDatabase(String database) throws Exception {
    client.dropDatabase(database, true, false, true);
    System.out.println("dropped the database " + database);
  }

  void createTable(String database, String name, String mark) throws Exception {
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(List.of(new FieldSchema("id", "bigint", mark)));
    storage.setInputFormat("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat");
    storage.setOutputFormat("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat");
    storage.setSerdeInfo(
        new SerDeInfo(null, "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", Map.of()));
    Table table = new Table();
    table.setDbName(database);
    table.setTableName(name);
    table.setTableType("MANAGED_TABLE");
    table.setSd(storage);
    table.setPartitionKeys(List.of());
    table.putToParameters(MARK, mark);
    client.createTable(table);
    System.out.println("created " + database + "." + name);
  }

  /**
   * @param pattern with {@code *} for whatever
   */
  List<String> tables(String database, String pattern) throws Exception {
    return client.getTables(database, pattern);
  }

  /** Where a table lies, provided that it carries the mark. */
  String locationOfMarked(String database, String name, String mark) throws Exception {
    Table found = client.getTable(database, name);
    String comment = found.getSd().getCols().get(0).getComment();
    if (!mark.equals(found.getParameters().get(MARK)) || !mark.equals(comment)) {
      throw new CheckFailure(name + " came back without the mark that it was made with, " + mark);
    }
    return found.getSd().getLocation();
  }

  /** A table must be neither listed nor found. */
  void expectNoTable(String database, String name) throws Exception {
    List<String> listed = tables(database, name);
    if (!listed.isEmpty()) {
      throw new CheckFailure("expected no table " + name + ", found " + listed);
    }
    try {
      client.getTable(database, name);
      throw new CheckFailure("the metastore returned a table that it does not list: " + name);
    } catch (NoSuchObjectException expected) {
      System.out.println("there is no table " + name);
    }
  }

  void dropTable(String database, String name) throws Exception {
    client.dropTable(database, name, true, true);
    System.out.println("dropped " + database + "." + name);
  }

  @Override
  public void close() {
    client.close();
  }
}
