import com.mgrm.fidelius.FideliusApplication;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Runs the unchanged command line of fidelius-cli many times in one JVM: each input line holds its
 * arguments, separated by tabs; each output line what it printed (base64) and what it threw.
 */
public class FideliusBatch {
    public static void main(String[] unused) throws Exception {
        PrintStream answers = System.out;
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = commands.readLine()) != null) {
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            System.setOut(new PrintStream(printed, true, "UTF-8"));
            String thrown = "";
            try {
                FideliusApplication.main(line.split("\t", -1));
            } catch (Throwable problem) {
                thrown = problem.getClass().getName();
            }
            answers.println(Base64.getEncoder().encodeToString(printed.toByteArray()) + "\t" + thrown);
            answers.flush();
        }
    }
}
