package dev.bigdata.zookeeper;

import java.util.stream.IntStream;

/**
 * Where the members of an ensemble are: pods of a StatefulSet, numbered from 0, each with a name of its own by a headless Service.
 *
 * @param set name of the StatefulSet
 * @param service name of its headless Service
 */
record Pods(String set, String service) {
  /** The first of them found the ensemble, which never has fewer members; all others join it. */
  static final int FOUNDERS = 3;

  /** Members that an ensemble has at most, as the schema of the chart's values says. */
  static final int MOST = 7;

  static final int CLIENT_PORT = 2181;

  String host(int ordinal) {
    return set + "-" + ordinal + "." + service;
  }

  /** As clients reach it. */
  Member member(int ordinal) {
    return new Member(host(ordinal) + ":" + CLIENT_PORT);
  }

  /** The member of this pod. */
  static Member own() {
    return new Member("127.0.0.1:" + CLIENT_PORT);
  }

  /** Its line in a configuration. ZooKeeper counts from 1. */
  String line(int ordinal, String role) {
    return "server.%d=%s:2888:3888:%s;%d".formatted(ordinal + 1, host(ordinal), role, CLIENT_PORT);
  }

  /** The configuration with which the first members found the ensemble. */
  Configuration founding() {
    return Configuration.of(
        IntStream.range(0, FOUNDERS).mapToObj(ordinal -> line(ordinal, "participant")).toList(), 0);
  }
}
