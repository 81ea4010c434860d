package dev.bigdata.metastore;

import java.util.List;
import java.util.UUID;

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

  private final Catalog catalog;
  private final String warehouse;
  private final String nonce = newNonce();
  private final String name = PREFIX + nonce;

  private TableCheck(Catalog catalog, String warehouse) {
    this.catalog = catalog;
    this.warehouse = warehouse;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 2) {
            throw new CheckFailure("needs two arguments, the metastore's address and its warehouse");
          }
          try (var catalog = new Catalog(arguments[0])) {
            new TableCheck(catalog, arguments[1]).run();
          }
        });
  }

  private void run() throws Exception {
    long started = System.nanoTime();
    catalog.createTable(DATABASE, name, nonce);
    String location;
    try {
      location = locationOfListedTable();
      catalog.expectNoTable(DATABASE, PREFIX + newNonce());
    } catch (Exception failure) {
      catalog.dropTable(DATABASE, name);
      throw failure;
    }
    catalog.dropTable(DATABASE, name);
    catalog.expectNoTable(DATABASE, name);
    System.out.printf(
        "{\"created\":1,\"listed\":1,\"listedOfAnotherNonce\":0,\"leftAfterDrop\":0,\"location\":\"%s\",\"nonce\":\"%s\","
            + "\"milliseconds\":%d}%n",
        location, nonce, (System.nanoTime() - started) / 1_000_000);
  }

  private String locationOfListedTable() throws Exception {
    List<String> listed = catalog.tables(DATABASE, name);
    if (!listed.equals(List.of(name))) {
      throw new CheckFailure("expected " + name + " to be listed, found " + listed);
    }
    String location = catalog.locationOfMarked(DATABASE, name, nonce);
    if (!location.startsWith(warehouse) || !location.endsWith(name)) {
      throw new CheckFailure(name + " lies in " + location + " instead of below " + warehouse);
    }
    System.out.println("listed it, at " + location);
    return location;
  }

  private static String newNonce() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
