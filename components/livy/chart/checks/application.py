"""The application that the check submits: sums on the executors what follows from the factor, and prints it.

Arguments: the nonce, how many numbers, the factor, the modulus.
"""

import sys

from pyspark.sql import SparkSession

nonce, count, factor, modulus = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
spark = SparkSession.builder.getOrCreate()
numbers = spark.range(count).selectExpr("id", "reflect('java.lang.System', 'getenv', 'HOSTNAME') AS executor")
row = numbers.selectExpr(
    f"sum((id * {factor}) % {modulus}) AS total", "array_join(sort_array(collect_set(executor)), ',') AS executors"
).first()
print(f"RESULT {nonce} {row['total']} {row['executors']} {spark.sparkContext.master}", flush=True)
spark.stop()
