"""Lists every missing, unreadable or out-of-range file of a data folder; exits with 1 where there is one.

python scripts/check_data.py --data=path/to/folder
"""

import sys

from absl import app, flags
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("data", None, "A data folder, a data set as it is distributed, or scenes.", required=True)
define_modules()


def main(argv: list[str]) -> None:
    """Checks the data and prints one line per problem."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    from bmt_tf.data import check_data

    problems = check_data(FLAGS.data)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems in {FLAGS.data}.")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    run_main(main)
