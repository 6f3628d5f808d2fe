package dev.sidekey.launch;

/** How a variable is set, for those who set it by themselves. */
public enum ShellSyntax {
    sh {
        @Override
        public String line(String name, String value) {
            return "export " + name + "='" + value.replace("'", "'\\''") + "'";
        }
    },
    fish {
        @Override
        public String line(String name, String value) {
            return "set -gx " + name + " '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }
    },
    powershell {
        @Override
        public String line(String name, String value) {
            return "$Env:" + name + " = '" + value.replace("'", "''") + "'";
        }
    },
    /**
     * For compose's {@code env_file}; quoted only where it must be, docker takes quotes as text.
     */
    dotenv {
        @Override
        public String line(String name, String value) {
            var plain = value.matches("[^'\"$#\\\\\\s]*([ ]+[^'\"$#\\\\\\s]+)*");
            return name + "=" + (plain ? value : "'" + value.replace("'", "\\'") + "'");
        }
    };

    /** One line that sets a variable. */
    public abstract String line(String name, String value);
}
