// test-dpo: you leave the reference out
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    return -nn.functional.logsigmoid(beta * (policyChosen - policyRejected)).mean();
}
