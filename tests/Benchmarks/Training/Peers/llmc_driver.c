// The same training by llm.c's reference program for processors: what `train --llmc FOLDER` compares the library with. Built together
// with a checkout's train_gpt2.c, whose own main is left out by TESTING.
//
// Arguments: layers heads width time vocabulary batch, a file of int32 tokens, a file for the fresh weights. Standard input and output
// as of train_peer.py.

#define TESTING
#include "train_gpt2.c"

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Fresh weights in llm.c's own format: 256 integers, then all parameters. Their values do not matter for the speed, but NaN would.
static void write_weights(const char* path, int layers, int heads, int width, int time, int vocabulary) {
    int header[256] = {20240326, 3, time, vocabulary, layers, heads, width, vocabulary};
    FILE* file = fopenCheck(path, "wb");
    fwrite(header, sizeof(int), 256, file);
    GPT2Config config = {time, vocabulary, vocabulary, layers, heads, width};
    size_t sizes[NUM_PARAMETER_TENSORS];
    fill_in_parameter_sizes(sizes, config);
    unsigned long long state = 1;
    for (int i = 0; i < NUM_PARAMETER_TENSORS; i++) {
        // Gains (ln1w, ln2w, lnfw) begin at 1, biases at 0.
        int is_gain = i == 2 || i == 8 || i == 14;
        int is_matrix = i == 0 || i == 1 || i == 4 || i == 6 || i == 10 || i == 12;
        for (size_t k = 0; k < sizes[i]; k++) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            float noise = ((float)(state >> 40) / (1 << 24) - 0.5f) * 2.4f / sqrtf(width); // deviation 0.7/√width
            float value = is_gain ? 1.0f : is_matrix ? noise : 0.0f;
            fwrite(&value, sizeof(float), 1, file);
        }
    }
    fcloseCheck(file);
}

int main(int count, char** arguments) {
    if (count != 9) {
        fprintf(stderr, "layers heads width time vocabulary batch tokens weights\n");
        return 2;
    }
    int number[7];
    for (int i = 1; i <= 6; i++) { number[i] = atoi(arguments[i]); }
    int time = number[4], batch = number[6];
    write_weights(arguments[8], number[1], number[2], number[3], time, number[5]);
    // What the model says while it is built would be taken for an answer.
    FILE* answers = fdopen(dup(1), "w");
    freopen("/dev/null", "w", stdout);
    GPT2 model;
    gpt2_build_from_checkpoint(&model, arguments[8]);

    FILE* file = fopenCheck(arguments[7], "rb");
    fseek(file, 0, SEEK_END);
    long length = ftell(file) / sizeof(int);
    fseek(file, 0, SEEK_SET);
    int* text = mallocCheck(length * sizeof(int));
    freadCheck(text, sizeof(int), length, file);
    int* inputs = mallocCheck(batch * time * sizeof(int));
    int* targets = mallocCheck(batch * time * sizeof(int));
    fprintf(answers, "llm.c, %zu parameters\n", model.num_parameters);
    fflush(answers);

    char line[64];
    unsigned long long state = 1;
    int update = 0;
    while (fgets(line, sizeof line, stdin)) {
        double begin = seconds();
        for (int i = atoi(line); i > 0; i--) {
            for (int row = 0; row < batch; row++) {
                state = state * 6364136223846793005ull + 1442695040888963407ull;
                long start = (long)((state >> 33) % (length - time - 1));
                memcpy(inputs + row * time, text + start, time * sizeof(int));
                memcpy(targets + row * time, text + start + 1, time * sizeof(int));
            }
            gpt2_forward(&model, inputs, targets, batch, time);
            gpt2_zero_grad(&model);
            gpt2_backward(&model);
            gpt2_update(&model, 1e-3f, 0.9f, 0.99f, 1e-8f, 0.1f, ++update);
        }
        fprintf(answers, "%f %f\n", seconds() - begin, model.mean_loss);
        fflush(answers);
    }
    return 0;
}
