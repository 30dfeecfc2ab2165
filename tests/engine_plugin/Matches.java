// SPDX-License-Identifier: Apache-2.0
// How the engine looks at a property's value: String.matches. Reads lines "EXPRESSION VALUE", both
// in base64, and says for each whether it matches and how many milliseconds that took.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

class Matches {
    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 2);
            String expression = text(words[0]);
            String value = text(words[1]);
            long start = System.nanoTime();
            boolean found = value.matches(expression);
            System.out.println(found + " " + (System.nanoTime() - start) / 1000000);
        }
    }

    private static String text(String word) {
        return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
    }
}
